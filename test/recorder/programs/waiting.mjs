// Does nothing but wait, for long enough that everything the recorder does from time to time has been done.
import * as trace from 'exectrace';

async function waits(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

await waits(50);
trace.log('line', 'begins to wait');
await waits(1200);
await waits(50);
trace.log('line', 'has waited');
