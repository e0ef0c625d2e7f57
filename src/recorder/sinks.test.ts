import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MEMORY, openSink, type TraceSink } from './sinks.ts';

const bytes = Uint8Array.of(1, 2, 3);

describe('a sink', () => {
  it('that is a file is opened for the writer, and closed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'exectrace-sinks-'));
    const file = join(folder, 'x');
    for (const path of [file, pathToFileURL(file)]) {
      const sink = openSink(path);
      writeSync(sink.fd!, bytes);
      sink.close();
      expect(() => writeSync(sink.fd!, bytes)).toThrow('EBADF');
      expect([...readFileSync(file)]).toEqual([...bytes]);
    }
    rmSync(folder, { recursive: true });
  });

  it('in memory keeps what it is given, and wants no more at 256 MiB', () => {
    const sink = openSink(MEMORY);
    expect(sink.give(bytes)).toBeUndefined();
    sink.give(bytes);
    expect(sink.collected()).toEqual(Uint8Array.of(1, 2, 3, 1, 2, 3));
    expect(sink.full).toBe(false);
    sink.give(new Uint8Array(1 << 28));
    expect(sink.full).toBe(true);
  });

  it('that is a stream is waited for while it has enough', async () => {
    let release = (): void => {};
    const stream = new Writable({
      highWaterMark: 5,
      write: (_part, _encoding, done) => {
        release = done;
      },
    });
    const sink = openSink(stream);
    expect(sink.give(bytes)).toBeUndefined();
    const taken = sink.give(bytes);
    expect(taken).toBeInstanceOf(Promise);
    // The first, then the second.
    release();
    release();
    await taken;
    // Nothing of ours stays on it.
    expect([stream.listenerCount('drain'), stream.listenerCount('close')]).toEqual([0, 0]);
    const closed = sink.give(new Uint8Array(10));
    stream.destroy();
    await expect(closed).rejects.toThrow('the stream was closed');
  });

  it('that is a web stream is locked while it is used', async () => {
    const parts: Uint8Array[] = [];
    const stream = new WritableStream<Uint8Array>({ write: (part) => void parts.push(part) });
    const sink = openSink(stream);
    expect(() => openSink(stream)).toThrow(TypeError);
    await sink.give(bytes);
    sink.close();
    expect([stream.locked, parts]).toEqual([false, [bytes]]);
  });

  it('must be one', () => {
    for (const thing of [undefined, null, 5, {}, { write: 1 }]) {
      expect(() => openSink(thing as TraceSink)).toThrow('a trace goes to a path');
    }
  });
});
