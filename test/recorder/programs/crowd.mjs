// More threads at once than a recording has room for. Usage: crowd.mjs THREADS
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const source = `require('node:worker_threads').parentPort.on('message', () => process.exit());`;
const workers = Array.from({ length: Number(process.argv[2]) }, () => new Worker(source, { eval: true }));
await Promise.all(workers.map((worker) => once(worker, 'online')));
for (const worker of workers) worker.postMessage('end');
await Promise.all(workers.map((worker) => once(worker, 'exit')));
