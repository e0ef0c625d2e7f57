/** What the worker does, without a worker. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSynthetic } from '../../../test/e2e/support/open-trace.ts';
import { allExtents, buffersOf, DISPLAY_STATES, waitProfile } from '../../analysis/index.ts';
import { pprofOf } from '../../exporters/index.ts';
import { TraceFormatError } from '../../reader/index.ts';
import { captionLeft, histogramColumns, quantileLabels } from '../panels/histogram.tsx';
import type { OpenTrace } from '../state/open-trace.ts';
import { TextMeasure } from '../timeline/labels.ts';
import { openStream } from './chunks.ts';
import { failureMessage } from './failure.ts';
import { PartialPace } from './partial-pace.ts';
import { recognise } from './sniff.ts';

let trace: OpenTrace;

beforeAll(async () => {
  trace = await openSynthetic({ seconds: 3, requestsPerSecond: 60 });
});

const bytes = (text: string) => new TextEncoder().encode(text);

/** A stream of parts, as a file or a server gives them. */
function streamOf(parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += new TextDecoder('latin1').decode(chunk);
  return text;
}

describe('the byte stream', () => {
  it('gives back what was put in, plain or compressed, in any parts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        fc.boolean(),
        fc.nat(),
        async (text, zip, at) => {
          const whole = zip ? new Uint8Array(gzipSync(text)) : bytes(text);
          const cut = 1 + (at % whole.length);
          const stream = await openStream(
            streamOf([whole.subarray(0, cut), whole.subarray(cut)]),
            whole.length,
            new AbortController().signal,
          );
          expect(await readAll(stream.chunks)).toBe(text);
          expect(stream.bytesRead()).toBe(whole.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('ends early when asked to, also while it waits for a server', async () => {
    const stop = new AbortController();
    const stream = await openStream(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(300));
          controller.enqueue(new Uint8Array(300));
        },
      }),
      900,
      stop.signal,
    );
    let read = 0;
    for await (const chunk of stream.chunks) {
      read += chunk.length;
      if (read === 600) stop.abort();
    }
    expect(read).toBe(600);
  });

  it('says how far it came when the bytes stop coming', async () => {
    let asked = 0;
    const stream = await openStream(
      new ReadableStream({
        pull(controller) {
          if (asked++ === 0) controller.enqueue(new Uint8Array(300));
          else controller.error(new TypeError('network error'));
        },
      }),
      900,
      new AbortController().signal,
    );
    await expect(readAll(stream.chunks)).rejects.toMatchObject({ code: 'truncated', offset: 300 });
  });
});

describe('what is not a trace', () => {
  it.each([
    ['{"snapshot":{}}', 'heap snapshot'],
    ['{"traceEvents":[]}', 'Chrome trace'],
    ['\u007fELF', 'program'],
    ['{"metadata":{"source":"DevTools"},\n"traceEvents":[', 'Chrome trace'],
    ['[{"ph":"X","ts":1}]', 'Chrome trace'],
    ['{"head":{"callFrame":{}}}', 'heap profile'],
    ['{"resourceSpans":[]}', 'OpenTelemetry'],
    ['{"dependencies":{}}', 'JSON'],
    ['PK\u0003\u0004', 'ZIP'],
    ['BZh91AY', 'bzip2'],
    ['PERFILE2', 'perf'],
  ])('%j is named', (text, words) => {
    const head = Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect(recognise(head)?.title).toContain(words);
  });

  it('a profile of pprof is one, and a Perfetto trace is not', () => {
    const profile = pprofOf(trace.model, waitProfile(trace.model, 'sync', allExtents(trace.model)));
    expect(recognise(profile)?.title).toContain('pprof profile');
    expect(recognise(Uint8Array.of(0x0a, 0x2b, 0x52, 0x29, 1, 2, 3))?.title).toContain('Perfetto');
  });

  it.each([
    [new RangeError('Array buffer allocation failed'), 1.4e9, /^Too big for this tab: needs about 9\.80 GB$/],
    [new RangeError('Invalid typed array length: 5'), undefined, /^Too big for this tab$/],
    [new RangeError('some bug'), 1e6, /^This is not a trace/],
    [new TraceFormatError('unknown-version', 'this trace has format 1.31', { offset: 0 }), 1e6, /format 1\.31/],
  ])('%s is explained', (error, total, title) => {
    expect(failureMessage(error, bytes('go 1.31 trace\0\0\0'), total).title).toMatch(title);
  });

  it('a trace is nothing else', () => {
    for (const minor of [5, 11, 21, 22, 26]) expect(recognise(bytes(`go 1.${minor} trace\0\0\0`))).toBeUndefined();
  });
});

describe('the pace of partial models', () => {
  it('is soon at first, and then leaves most of the time to reading, whatever they cost', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.5, noNaN: true }), (cost) => {
        const pace = new PartialPace(0);
        let now = 0;
        let spent = 0;
        let read = 0;
        let count = 0;
        // Every partial model costs its share of what was read.
        for (; read < 60_000; now += 10, read += 10) {
          if (!pace.isDue(now)) continue;
          if (count === 0) expect(now).toBeLessThan(400);
          // What was spent so far is paid before more is spent.
          expect(spent).toBeLessThanOrEqual(now / 7 + 1e-6);
          count++;
          now += cost * read;
          spent += cost * read;
          pace.took(now);
        }
        expect(count).toBeGreaterThan(3);
      }),
    );
  });
});

describe('the summary', () => {
  it('has the slowest tasks first, and all regions, logs and tasks in its indexes', () => {
    const { summary, model } = trace;
    const lengths = Array.from(summary.slowest, (task) => model.tasks.end[task]! - model.tasks.start[task]!);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(summary.strandLogs.rows.length).toBe(model.logs.count);
    expect(summary.taskTypes.reduce((sum, kind) => sum + kind.tasks.length + kind.open, 0)).toBe(model.tasks.count);
  });

  it('has the time of every group', () => {
    const { summary, model } = trace;
    const all = summary.groupTime.reduce((a, b) => a + b, 0);
    const lives = model.intervals.end.reduce((sum, end, row) => sum + end - model.intervals.start[row]!, 0);
    expect(Math.abs(all - lives)).toBeLessThan(lives * 1e-9);
  });

  it('can be moved: it is plain data over buffers', () => {
    expect(buffersOf(trace.summary).length).toBeGreaterThan(20);
    expect(structuredClone(trace.summary)).toEqual(trace.summary);
  });
});

describe('the histogram', () => {
  const measure = new TextMeasure((text) => text.length * 6);

  it('counts every task once, and has shares of one', () => {
    const { latency, slowest } = trace.summary;
    expect(latency!.counts.reduce((a, b) => a + b, 0)).toBe(slowest.length);
    latency!.counts.forEach((count, bin) => {
      const sum = latency!.shares.subarray(bin * DISPLAY_STATES, (bin + 1) * DISPLAY_STATES).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(count > 0 ? 1 : 0, 9);
    });
  });

  it('has columns whose boxes fill them without gaps', () => {
    for (const { boxes } of histogramColumns(trace.summary.latency!, 500, 66, 52)) {
      let bottom = 66;
      for (const box of boxes) {
        expect(box.y + box.height).toBe(bottom);
        bottom = box.y;
      }
      expect(bottom).toBeGreaterThanOrEqual(66 - 52);
    }
  });

  it('never lets the labels of its quantiles overlap', () => {
    const x = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(x, x, (a, b) => {
        const [low, high] = quantileLabels(Math.min(a, b), Math.max(a, b), 'p50 19.7', 'p99 408', 500, measure);
        expect(low!.x + measure.width(low!.text)).toBeLessThanOrEqual(high!.x);
        const caption = captionLeft([low!, high!], 100, measure);
        if (caption !== undefined)
          expect(caption + 100 <= low!.x || caption >= low!.x + measure.width(low!.text)).toBe(true);
      }),
    );
  });
});
