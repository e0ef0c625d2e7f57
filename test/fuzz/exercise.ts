/**
 * Calls everything public that takes a trace, or what became of one, with one input. Nothing may throw but a
 * `TraceFormatError`, nothing may be missing, and every getter must answer. The analyses take most of the time and may be
 * left out.
 */
import * as analysis from '../../src/analysis/index.ts';
import { decodeTrace, encodeTrace, TraceFormatError, textToTrace, traceToText } from '../../src/format/index.ts';
import { eventText, type TraceEvent, TraceReader } from '../../src/reader/index.ts';
import { brokenLaws } from '../support/model-laws.ts';

export async function exercise(input: Uint8Array, analyses = true): Promise<void> {
  const count = readByPulling(input);
  readBySink(input, count);
  textAndBack(input);
  const model = analyses ? await modelOf(input) : undefined;
  if (model !== undefined) askEverything(model);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** How many events the input has. */
function readByPulling(input: Uint8Array): number {
  const reader = new TraceReader();
  let count = 0;
  let last = -1;
  const take = () => {
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      check(event.time > last && Number.isFinite(event.time), 'a time does not rise');
      last = event.time;
      count++;
      eventText(reader, event);
      for (const id of [event.thread, event.proc, event.goroutine, event.task, event.parent]) reader.idText(id);
    }
  };
  // In a few parts, none of a round size.
  const part = 37 + (input.length >> 2);
  for (let at = 0; at < input.length; at += part) {
    reader.push(input.subarray(at, at + part));
    take();
  }
  reader.end();
  take();
  check(reader.done, 'the reader waits for more after the end');
  check(reader.next() === undefined, 'the reader goes on after it is done');
  const { problem } = reader;
  check(problem === undefined || (problem.offset >= 0 && problem.offset <= input.length), 'a problem out of the file');
  check(reader.bytesPushed === input.length && reader.bytesRead <= input.length, 'more bytes than there are');
  check(typeof reader.origin === 'bigint' && reader.generations >= 0, 'no origin');
  check(reader.stacks.count > 0 && reader.strings[0] === '', 'no empty string or stack');
  for (const clock of reader.clockSnapshots) check(clock.wall >= 0n && Number.isFinite(clock.time), 'a broken clock');
  for (const batch of reader.experimentalBatches) check(batch.sync > 0, 'a batch without a generation');
  return count;
}

function readBySink(input: Uint8Array, expected: number): void {
  const reader = new TraceReader();
  let count = 0;
  const sink = (_: TraceEvent) => {
    count++;
  };
  reader.push(input);
  reader.drain(sink);
  reader.end();
  reader.drain(sink);
  check(reader.done && count === expected, `a sink gets ${count} events, pulling ${expected}`);
}

/** What has a text form has the same bytes again, but for padding. */
function textAndBack(input: Uint8Array): void {
  try {
    const text = traceToText(input);
    check(traceToText(textToTrace(text)) === text, 'the text form changes on its way');
    const { version, events } = decodeTrace(input);
    encodeTrace(version, events);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
  }
}

async function modelOf(input: Uint8Array): Promise<analysis.TraceModel | undefined> {
  try {
    return await analysis.loadTrace([input]);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    return undefined;
  }
}

function askEverything(model: analysis.TraceModel): void {
  const [law] = brokenLaws(model);
  check(law === undefined, law ?? '');
  analysis.transferables(model);
  analysis.search(model, 'main');
  analysis.findFindings(model);
  analysis.loopDelays(model, analysis.loopBlocks(model, 1));
  analysis.loopCulprits(model, analysis.loopBlocks(model, 1));
  analysis.leakSites(model);
  analysis.groupBuckets(model);
  analysis.taskTypes(model);
  analysis.regionTypes(model);
  analysis.tasksByLength(model);
  analysis.poolUse(model);
  analysis.buildPyramid(analysis.allTrack(model));
  for (const type of ['net', 'sync', 'syscall', 'sched'] as const)
    analysis.waitProfile(model, type, analysis.allExtents(model));
  analysis.cpuProfile(model);
  const index = analysis.indexTasks(model);
  const logs = analysis.indexLogs(model);
  const stops = analysis.stopsOf(model);
  for (let task = 0; task < model.tasks.count; task++) {
    analysis.taskBreakdown(model, index, task);
    analysis.criticalPath(model, index, task);
    analysis.taskAccount(model, index, task, stops);
    analysis.taskNode(model, index, logs, task);
  }
  for (let goroutine = 0; goroutine < model.goroutines.count; goroutine++) analysis.goroutineBuckets(model, goroutine);
  for (let proc = 0; proc < model.procs.count; proc++) analysis.trackLength(analysis.procTrack(model, proc));
}
