// Prints what a program could notice of a replaced Worker class: while it is recorded it must print the same as while
// it is not. Usage: worker-class.mjs FILE|off
import { once } from 'node:events';
import { inspect } from 'node:util';
import workerThreads, { SHARE_ENV, Worker } from 'node:worker_threads';
import * as trace from 'exectrace';

const [, , file] = process.argv;
const Before = workerThreads.Worker;
if (file !== 'off') trace.start(file);

const facts = [];
const source = `const { parentPort } = require('node:worker_threads');
  parentPort.postMessage([process.execArgv.filter((flag) => !/require|preload/.test(flag)), process.env.MARK]);`;
const refused = (make) => {
  try {
    make();
    return 'taken';
  } catch (error) {
    return `${error.code} ${error.message}`;
  }
};

class Sub extends Worker {
  constructor(text) {
    super(text, { eval: true });
    this.own = new.target === Sub;
  }
}

facts.push(Worker.name, Worker.length, Object.getOwnPropertyNames(Worker), typeof Worker);
facts.push(Worker.prototype === Before.prototype, Object.getPrototypeOf(Worker) === Object.getPrototypeOf(Before));
const plain = new Worker(source, { eval: true });
const sub = new Sub(source);
const old = new Before(source, { eval: true });
facts.push(plain instanceof Worker, plain instanceof Before, old instanceof Worker, sub instanceof Sub, sub.own);
facts.push(plain.constructor.name, sub.constructor === Sub, old instanceof Sub, inspect(sub).startsWith('Sub'));

const given = [{}, { execArgv: ['--no-warnings'] }, { env: { MARK: 'set' } }, { env: SHARE_ENV }, { execArgv: [] }];
for (const options of given) {
  const worker = new Worker(source, { eval: true, ...options });
  // Both at once: the last message and the exit may come in one turn.
  facts.push(...(await Promise.all([once(worker, 'message'), once(worker, 'exit')])));
}
facts.push(
  refused(() => Worker(source)),
  refused(() => new Worker(5)),
  refused(() => new Worker(source, { eval: true, execArgv: 'flag' })),
  refused(() => new Worker(source, { eval: true, execArgv: ['--title=x'] })),
  refused(() => new Worker('relative.js')),
);

// Somebody else puts a class of its own on top, which the end of the recording must leave in place.
class Other extends workerThreads.Worker {}
workerThreads.Worker = Other;
if (file !== 'off') await trace.stop();
facts.push(workerThreads.Worker === Other);
const late = new Other(source, { eval: true });
facts.push(await once(late, 'message'));
workerThreads.Worker = Before;
if (file !== 'off') trace.start(file);
if (file !== 'off') await trace.stop();
facts.push(workerThreads.Worker === Before);
console.log(inspect(facts, { depth: 5 }));
