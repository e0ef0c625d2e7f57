/**
 * Loaded before a program, records its main thread as the recorder does, and keeps the words in a file as the program
 * ends: what the writer would have had to turn into a trace.
 *
 *   CAPTURE_OUT=FILE CAPTURE_LEVEL=2 node --import …/capture.mjs program.mjs
 *
 * The file holds chunk after chunk, `CHUNK_WORDS` words each, of which the header says how many are in use.
 */
import { writeFileSync } from 'node:fs';

const dist = new URL('../../dist/recorder/', import.meta.url);
const { CHUNKS, createSharedBuffer, Header, ringChunks, Slot, slotWords } = await import(
  new URL('record/layout.js', dist)
);
const { ThreadRecording } = await import(new URL('thread.js', dist));
const { nextResourceId } = await import(new URL('sources/async-resources.js', dist));

const shared = createSharedBuffer();
const slot = slotWords(shared, 0);
const taken = [];
let ring;

/** Takes the full chunks out of the ring, so that it has room. */
function take() {
  ring ??= ringChunks(shared, 0);
  for (const published = slot[Slot.Published]; taken.length < published; slot[Slot.Consumed] = taken.length) {
    const chunk = ring[taken.length % CHUNKS];
    if (chunk[Header.Lost] > 0) throw new Error('records were dropped');
    taken.push(chunk.slice());
    chunk.fill(0);
  }
}

// From before the recording, and so hardly seen by it.
setInterval(take, 20).unref();
const options = { level: Number(process.env.CAPTURE_LEVEL), sync: false, cpu: false, gc: false };
const recording = ThreadRecording.begin(shared, options, nextResourceId(), -1);

process.on('exit', () => {
  recording.end();
  take();
  const words = new Int32Array(taken.reduce((sum, chunk) => sum + chunk.length, 0));
  for (const [i, chunk] of taken.entries()) words.set(chunk, i * chunk.length);
  writeFileSync(process.env.CAPTURE_OUT, words);
});
