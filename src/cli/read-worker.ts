/** The thread that reads a long trace while the main one builds the model: see analysis/relay.ts and load-model.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, relayTrace } from '../analysis/index.ts';
import { TraceReader } from '../reader/index.ts';
import { openTrace } from './trace-file.ts';

const port = parentPort!;
const back: Batch[] = [];
let wanted: ((batch: Batch) => void) | undefined;
port.on('message', (batch: Batch) => {
  if (wanted === undefined) {
    back.push(batch);
    return;
  }
  wanted(batch);
  wanted = undefined;
});

await relayTrace(new TraceReader(), await openTrace((workerData as { file: string }).file), {
  send: (message, transfer) => port.postMessage(message, transfer),
  returned: () => {
    const batch = back.pop();
    return batch === undefined ? new Promise((resolve) => (wanted = resolve)) : Promise.resolve(batch);
  },
});
port.close();
