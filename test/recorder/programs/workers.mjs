// Worker threads that end in every way, one after another so that their slots are used again, one with a worker of its
// own, and one that is terminated in the middle of a long slice.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const busy = `const trace = await import('exectrace'); await new Promise((r) => setTimeout(r, 2));`;
const endings = {
  natural: '',
  exit: 'process.exit(3);',
  throw: 'throw new Error("expected");',
  nested: `const { Worker } = await import('node:worker_threads');
    const inner = new Worker('setTimeout(() => {}, 2)', { eval: true });
    await new Promise((resolve) => inner.on('exit', resolve));`,
  noArguments: '',
};

for (const [name, ending] of Object.entries(endings)) {
  const source = `(async () => { ${busy} trace.log('worker', '${name}'); ${ending} })()`;
  const worker = new Worker(source, { eval: true, ...(name === 'noArguments' ? { execArgv: [] } : {}) });
  worker.on('error', () => {});
  await once(worker, 'exit').catch(() => {});
}

const stuck = new Worker(
  `import('exectrace').then((trace) => {
    trace.log('worker', 'stuck');
    require('node:worker_threads').parentPort.postMessage('looping');
    for (;;);
  });`,
  { eval: true },
);
await once(stuck, 'message');
await stuck.terminate();
console.log('done');
