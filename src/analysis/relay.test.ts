import { expect, test } from 'vitest';
import { GOLDEN_CASES } from '../../test/golden/cases.ts';
import { smallV1Trace } from '../../test/support/v1-builder.ts';
import { TraceReader } from '../reader/index.ts';
import { loadTrace } from './load-trace.ts';
import type { TraceModel } from './model.ts';
import { type Batch, RelayedModel, type RelayMessage, relayTrace } from './relay.ts';

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 101) yield bytes.subarray(at, at + 101);
}

/** The model by way of messages, each copied as a message between threads is; undefined when the trace is refused. */
async function relayed(bytes: Uint8Array, rowsAtOnce?: number): Promise<TraceModel | undefined> {
  const model = new RelayedModel();
  const back: Batch[] = [];
  let result: TraceModel | undefined;
  const send = (message: RelayMessage, transfer: ArrayBuffer[]): void => {
    const received = structuredClone(message, { transfer });
    if (received.kind === 'rows') {
      model.take(received);
      back.push(received.batch);
    } else if (received.kind === 'end') result = model.finish(received);
  };
  await relayTrace(new TraceReader(), inPieces(bytes), { send, returned: async () => back.shift()! }, rowsAtOnce);
  return result;
}

test.each(GOLDEN_CASES)('the model of $name is the same on two threads', async ({ build }) => {
  const bytes = build();
  const whole = await loadTrace([bytes]).catch(() => undefined);
  expect(await relayed(bytes)).toEqual(whole);
  // So few that a batch is full again and again, and all are used more than once.
  expect(await relayed(bytes, 64)).toEqual(whole);
});

test('so is that of a format before 1.22', async () => {
  const bytes = smallV1Trace(19);
  expect(await relayed(bytes, 64)).toEqual(await loadTrace([bytes]));
});
