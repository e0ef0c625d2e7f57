/**
 * Why a stretch of a row of the timeline looks as it does: an interval, an idle stretch of a proc, the time before a
 * strand was born and after it ended. Every emptiness can be asked.
 *
 * The idea: an explanation is a pure function of the model. Who waits to run is explained by who ran in its place; who
 * waits for something, by what that was and what was done about it meanwhile; a proc that is idle, by what woke it next.
 */

import { count, duration, percent, upperBound } from '../../base/index.ts';
import { GoState } from '../../reader/index.ts';
import { stateWord } from '../dialect.ts';
import { intervalProc, intervalReason, intervalWaker } from '../interval-links.ts';
import type { TraceModel } from '../model.ts';
import { Names } from '../names.ts';
import type { RangeIndex } from '../range-index.ts';
import { DisplayState } from '../states.ts';
import { firstEndingAfter, procTrack, rowAt } from '../tracks.ts';
import { isInferredWake, wakeupOf } from '../wakeups.ts';
import { stoppedWithin } from './busy.ts';
import { ExplainContext } from './context.ts';
import { type Explanation, plain, type Sentence, say, type TextPart } from './explanation.ts';
import { readyInShort, whyReady } from './ready.ts';
import { samplesWithin } from './samples.ts';
import { waitPhrase, whyWaiting } from './waiting.ts';

/** Shares of a stretch from which something is worth a word. */
const WORTH = 0.05;

export class Explainer {
  readonly #context: ExplainContext;

  /** @param rangeIndex what `buildRangeIndex` makes of the model, if it is there already */
  constructor(model: TraceModel, names: Names = new Names(model), rangeIndex?: RangeIndex) {
    this.#context = new ExplainContext(model, names, rangeIndex);
  }

  /** An interval row. */
  interval(row: number): Explanation {
    const context = this.#context;
    const { model } = context;
    const { start, end, goroutine, display } = model.intervals;
    const length = end[row]! - start[row]!;
    const state = display[row]! as DisplayState;
    const who = context.strand(goroutine[row]!).text;
    const isWait = model.intervals.state[row] === GoState.Waiting && state !== DisplayState.Ready;
    return {
      title: `${who} ${isWait ? waitPhrase(context, row) : `was ${stateWords(model, state)}`} for ${duration(length)}`,
      why: this.#why(row, state, isWait),
      start: start[row]!,
      end: end[row]!,
      endedBy: isWait ? this.#waker(row) : state === DisplayState.Ready ? this.#wokenBefore(row) : undefined,
      inferred: this.#isInferred(row, isWait),
    };
  }

  /** A ready interval in few words, for its label; empty when no one held its proc for most of the time. */
  readyInShort(row: number): string {
    return readyInShort(this.#context, row);
  }

  /** A stretch in which a proc ran nothing. */
  idle(proc: number, start: number, end: number): Explanation {
    const context = this.#context;
    const { model, names } = context;
    const why: Sentence[] = [];
    const stopped = stoppedWithin(context, start, end);
    if (stopped.time >= (end - start) * WORTH) {
      why.push(say(`The world was stopped for ${duration(stopped.time)} of it (${stopped.why}).`));
    }
    const track = procTrack(model, proc);
    const at = firstEndingAfter(track, end, track.runs[0]!, track.runs[1]!);
    const next = at < track.runs[1]! ? rowAt(track, at) : -1;
    const isFirst = at === track.runs[0];
    if (isFirst && start <= model.info.start) why.push(say('It had not run anything yet.'));
    else if (context.isNode) why.push(say('It waited for events: nothing was ready.'));
    else why.push(this.#nothingToRun(proc, start, end));
    if (next >= 0) why.push(this.#nextOn(next));
    else why.push(say('It ran nothing from here to the end of the trace.'));
    return {
      title: `${names.proc(proc)} was idle for ${duration(end - start)}`,
      why,
      start,
      end,
      endedBy: undefined,
      inferred: false,
    };
  }

  /** Where a goroutine has no interval: before its birth, after its end. */
  absent(goroutine: number, time: number): Explanation {
    const context = this.#context;
    const { model } = context;
    const { created, ended, creator } = model.goroutines;
    const { text } = context.strand(goroutine);
    const [birth, death] = [created[goroutine]!, ended[goroutine]!];
    if (time < birth) {
      const by = creator[goroutine]!;
      const why: Sentence[] = by < 0 ? [] : [[plain('It was started by '), context.strand(by), plain('.')]];
      return absence(`${text} did not exist yet`, why, model.info.start, birth);
    }
    const life = death - (Number.isNaN(birth) ? model.info.start : birth);
    const why = Number.isNaN(birth) ? [] : [say(`It lived for ${duration(life)}.`)];
    return absence(`${text} had ended`, why, Number.isNaN(death) ? time : death, model.info.end);
  }

  #why(row: number, state: DisplayState, isWait: boolean): Sentence[] {
    const context = this.#context;
    if (isWait) return whyWaiting(context, row);
    if (state === DisplayState.Ready) return whyReady(context, row);
    if (state === DisplayState.Off) return [];
    return this.#whyRunning(row, state);
  }

  /** Where it ran, for whom, and what the samples found there. */
  #whyRunning(row: number, state: DisplayState): Sentence[] {
    const context = this.#context;
    const { model, names } = context;
    const { start, end, goroutine, stack } = model.intervals;
    const proc = intervalProc(model.intervals, row);
    const task = context.forTask(goroutine[row]!, start[row]!);
    const where = proc < 0 ? [] : [plain(`On ${names.proc(proc)}`)];
    const why: Sentence[] = [];
    if (where.length > 0 || task.length > 0) {
      why.push(where.length > 0 ? [...where, ...task, plain('.')] : [plain('It worked'), ...task, plain('.')]);
    }
    if (state === DisplayState.Sys) {
      const place =
        model.stacks.offset[stack[row]!] === model.stacks.offset[stack[row]! + 1] ? '' : names.caller(stack[row]!);
      if (place !== '' && !context.isPoolJob(goroutine[row]!)) why.push(say(`The call was made at ${place}.`));
      if (proc < 0 && !context.isNode) why.push(say('Its P had been taken away meanwhile, so that others could run.'));
    }
    const { samples, top, share } = samplesWithin(context, goroutine[row]!, start[row]!, end[row]!);
    if (samples > 0)
      why.push(say(`${percent(share)} of ${samples} CPU ${samples === 1 ? 'sample' : 'samples'} were in ${top}.`));
    const stopped = stoppedWithin(context, start[row]!, end[row]!);
    if (!context.isNode && stopped.time >= (end[row]! - start[row]!) * WORTH) {
      why.push(say(`The world was stopped for ${duration(stopped.time)} of it (${stopped.why}).`));
    }
    return why;
  }

  #waker(row: number): TextPart | undefined {
    const wakeup = wakeupOf(this.#context.model, row);
    if (wakeup === undefined) return undefined;
    return wakeup.waker >= 0 ? this.#context.strand(wakeup.waker, wakeup.wakerRow) : plain(this.#outside(row));
  }

  /** Who made a ready interval ready. */
  #wokenBefore(row: number): TextPart | undefined {
    const { model } = this.#context;
    const { goroutine } = model.intervals;
    if (row > model.goroutines.offset[goroutine[row]!]!) return this.#waker(row - 1);
    const waker = intervalWaker(model.intervals, row);
    return waker < 0 ? undefined : this.#context.strand(waker);
  }

  /** What outside of the program ended a wait. */
  #outside(row: number): string {
    const { model, isNode } = this.#context;
    const reason = model.strings[intervalReason(model.intervals, row)]!;
    if (reason === 'sleep') return 'its timer';
    if (reason === 'network') return isNode ? 'a socket' : 'the network poller';
    if (reason === 'fs') return 'the thread pool: its file';
    if (reason === 'chan receive' && isNode) return 'a message';
    return isNode ? 'the event loop' : 'the runtime';
  }

  #isInferred(row: number, isWait: boolean): boolean {
    const context = this.#context;
    const { count, goroutine } = context.model.intervals;
    if (!isWait) return isInferredWake(context.model, row);
    return row + 1 < count && goroutine[row + 1] === goroutine[row] && isInferredWake(context.model, row + 1);
  }

  /** Go: was the proc stopped, or did its scheduler look for work; and was there any? */
  #nothingToRun(proc: number, start: number, end: number): Sentence {
    const { busyOffset, busyStart, busyEnd } = this.#context.model.procs;
    const first = busyOffset[proc]!;
    const busy = upperBound(busyStart.subarray(first, busyOffset[proc + 1]), start) - 1;
    if (busy >= 0 && busyEnd[first + busy]! >= end)
      return say('It was not stopped: its scheduler looked for the next to run.');
    const ready = this.#context.readyAt((start + end) / 2);
    if (ready === 0) return say('It was stopped: nothing was runnable.');
    return say(
      `It was stopped, though ${count(ready)} ${ready === 1 ? 'goroutine was' : 'goroutines were'} runnable in the middle of it.`,
    );
  }

  /** What a proc ran after an idle stretch, and what made that ready. */
  #nextOn(next: number): Sentence {
    const context = this.#context;
    const { model } = context;
    const { goroutine, state } = model.intervals;
    const first = model.goroutines.offset[goroutine[next]!]!;
    const who = context.strand(goroutine[next]!, next);
    let wait = next - 1;
    while (wait >= first && state[wait] !== GoState.Waiting) wait--;
    const woken = wait >= first && wait >= next - 2 ? this.#waker(wait) : this.#wokenBefore(Math.max(first, next - 1));
    if (woken === undefined) return [plain('Next it ran '), who, plain('.')];
    return [plain('It was next woken for '), who, plain(', by '), woken, plain('.')];
  }
}

function absence(title: string, why: Sentence[], start: number, end: number): Explanation {
  return { title, why, start, end, endedBy: undefined, inferred: false };
}

/** The legend's word as it stands behind `was`. */
function stateWords(model: TraceModel, state: DisplayState): string {
  const word = stateWord(model.info.dialect, state);
  if (state === DisplayState.Run || state === DisplayState.Ready) return word;
  if (state === DisplayState.Off) return 'in a state that is not known';
  return `in ${word}`;
}
