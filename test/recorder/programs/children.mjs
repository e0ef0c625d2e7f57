// A program of several processes: forked, spawned, of a cluster, and the child of a child. Prints their process ids.
import { fork, spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as trace from 'exectrace';

const [, file, name = 'parent'] = process.argv;
const ends = async (child) => (await once(child, 'exit'))[0];

if (cluster.isWorker) {
  trace.log('line', 'cluster');
  console.log(process.pid);
  process.disconnect();
} else {
  trace.log('line', name);
  console.log(process.pid);
  if (name === 'parent') {
    await ends(fork(file, ['forked']));
    await ends(spawn(process.execPath, [file, 'spawned'], { stdio: 'inherit' }));
    cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['cluster'] });
    await ends(cluster.fork().process);
    trace.log('line', 'parent goes on');
  } else if (name === 'forked') await ends(fork(file, ['forked by a child']));
}
