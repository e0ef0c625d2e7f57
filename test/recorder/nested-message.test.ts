/** A port that a message has made ready, and whose callback then runs nested in another one, is no switch in Go's sense. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { judge } from '../oracle/judge.ts';
import { HandRecording, readAll } from './support/assemble.ts';

const folder = mkdtempSync(join(tmpdir(), 'exectrace-nested-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('both readers accept a callback of a woken port inside of another callback', async () => {
  const recording = new HandRecording(2);
  const { record, texts } = recording.thread();
  const [server, sender, receiver] = [1, 2, 3];
  const never = () => 0;
  record.resourceBorn(texts.name('TCPSERVERWRAP'), server);
  record.resourceBorn(texts.name('MESSAGEPORT'), sender);
  record.resourceBorn(texts.name('MESSAGEPORT'), receiver);
  record.portPair(sender, receiver);
  const receives = () => {
    record.callbackBegins(receiver, never);
    record.sliceEnds();
  };
  record.callbackBegins(server, never);
  record.posted(sender);
  record.sliceEnds();
  // From here on it is known that somebody listens.
  receives();
  for (let n = 0; n < 3; n++) {
    record.callbackBegins(server, never);
    record.posted(sender);
    receives();
    record.sliceEnds();
  }
  record.end();
  const { bytes } = recording.finish();
  expect(readAll(bytes).reader.problem).toBeUndefined();
  const file = join(folder, 'nested.trace');
  writeFileSync(file, bytes);
  for (const { error } of (await judge([file])) ?? []) expect(error).toBeUndefined();
});
