// Prints what a program could notice of a recorder: its own objects, its listeners, what its promises look like.
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';

const promise = Promise.resolve({ a: 1 });
await promise;
console.log(inspect(promise, { showHidden: true }), Reflect.ownKeys(promise));
console.log(Reflect.ownKeys(Object.freeze(Promise.reject(new Error('x')).catch(() => {}))));
console.log(Worker.name, Worker.length, new Error('x').stack.split('\n').length > 1);
console.log(process.argv.length, process.exitCode);
await new Promise((resolve) => setTimeout(resolve, 3));
const [from, to] = [new BroadcastChannel('host'), new BroadcastChannel('host')];
const heard = new Promise((resolve) => {
  to.onmessage = ({ data }) => resolve(data);
});
console.log(from.postMessage('to all'), await heard);
from.close();
to.close();
console.log(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'));
process.on('exit', (code) => console.log('exit', code));
