/**
 * Events as they are delivered: rows of numbers, a few hundred at a time. Who takes millions of events reads the rows;
 * `eventAt` makes one row the object that `TraceReader.next` gives.
 *
 * A row is four integers in `words` and five doubles in `numbers`: two arrays instead of nine columns, as the loop that
 * fills them is bound by how many arrays it holds. What is about an event in four small numbers is one word, `What`: its
 * kind, what it is about (resource), and the states before and after. So the commonest question, "which transition is
 * this?", is one comparison: see `whatOf`. Ids, times and strings are those of `TraceEvent`.
 */
import { EventKind, type ResourceKind, TraceEvent } from './event.ts';
import { justAfter } from './trace-clock.ts';

/** Places in `words`: `WORDS` per row. */
export const Word = {
  /** `whatOf` the event. */
  What: 0,
  Stack: 1,
  /** Transitions: the reason; else the name of the event: string ids. */
  Name: 2,
  /** Transitions: `subjectStack`; logs: string id of the message. */
  Text: 3,
} as const;
export const WORDS = 4;

/** Places in `numbers`: `NUMBERS` per row. */
export const Num = {
  /** Ns since the origin, strictly increasing. */
  Time: 0,
  /** Scheduling context before the event: ids, -1 = none. */
  Thread: 1,
  Proc: 2,
  Goroutine: 3,
  /** Transitions, labels, ranges: id of what they are about. */
  Subject: 4,
} as const;
export const NUMBERS = 5;

/** Places in `details` per row. */
export const DETAILS = 4;

/** A block has few rows at first, as most readers of small traces need no more, and more whenever it was full … */
const FEWEST_ROWS = 16;
/** … up to enough for tight loops, few enough to stay in the processor's cache. */
const MOST_ROWS = 512;
/** The most rows that one event of a file can become. */
export const MOST_AT_ONCE = 3;
/** Kind, resource and states as one number. */
export function whatOf(kind: EventKind, resource: ResourceKind = 0, from = 0, to = 0): number {
  return kind | (resource << 8) | (from << 16) | (to << 24);
}

export class EventBlock {
  /** The rows that are delivered: `first` to `count`. */
  first = 0;
  count = 0;
  words = new Int32Array(0);
  numbers = new Float64Array(0);
  /**
   * `DETAILS` per row. Metric, Sync: value. Tasks: task, parent. Regions, logs: task. RangeEnd: whether it has
   * attributes, bytes swept, bytes reclaimed. Experimental: the arguments. Of other kinds it holds nothing.
   */
  details = new Float64Array(0);
  /** The last row behind which all still fits that an event of a file can become. */
  lastRow = -1;
  /** Time of the last event that was ever added. */
  lastTime = -1;

  /** One object per kind, so that what does not belong to a kind is never touched. */
  readonly #events: readonly TraceEvent[] = Object.values(EventKind).map((kind) => new TraceEvent(kind));

  constructor() {
    this.#makeRoom(FEWEST_ROWS);
  }

  /** Whether another event of a file can be taken in. */
  get hasRoom(): boolean {
    return this.count <= this.lastRow;
  }

  /** Forgets the rows. */
  clear(): void {
    const rows = this.lastRow + MOST_AT_ONCE;
    if (!this.hasRoom && rows < MOST_ROWS) this.#makeRoom(rows * 2);
    this.first = 0;
    this.count = 0;
  }

  /** Makes the rows those of another thread's block: the first `count` of these arrays. */
  show({ words, numbers, details }: Pick<EventBlock, 'words' | 'numbers' | 'details'>, count: number): void {
    this.words = words;
    this.numbers = numbers;
    this.details = details;
    this.first = 0;
    this.count = count;
  }

  #makeRoom(rows: number): void {
    this.words = new Int32Array(rows * WORDS);
    this.numbers = new Float64Array(rows * NUMBERS);
    this.details = new Float64Array(rows * DETAILS);
    this.lastRow = rows - MOST_AT_ONCE;
  }

  /** Adds an event and returns its row; the caller fills in what belongs to the kind. */
  add(what: number, time: number): number {
    const row = this.count++;
    this.words[row * WORDS + Word.What] = what;
    this.lastTime = time > this.lastTime ? time : justAfter(this.lastTime);
    this.numbers[row * NUMBERS + Num.Time] = this.lastTime;
    return row;
  }

  /** Fills in a word of a row. */
  setWord(row: number, place: number, value: number): void {
    this.words[row * WORDS + place] = value;
  }

  /** Fills in a number of a row. */
  setNumber(row: number, place: number, value: number): void {
    this.numbers[row * NUMBERS + place] = value;
  }

  /** Fills in the first details of a row. */
  setDetails(row: number, first: number, second = 0, third = 0): void {
    const at = row * DETAILS;
    this.details[at] = first;
    this.details[at + 1] = second;
    this.details[at + 2] = third;
  }

  /** Adds an event from an object. */
  put(event: TraceEvent): void {
    const { kind, resource, from, to } = event;
    const transition = kind === EventKind.StateTransition;
    const row = this.add(transition ? whatOf(kind, resource, from, to) : whatOf(kind, resource), event.time);
    this.setNumber(row, Num.Thread, event.thread);
    this.setNumber(row, Num.Proc, event.proc);
    this.setNumber(row, Num.Goroutine, event.goroutine);
    this.setNumber(row, Num.Subject, event.subject);
    this.setWord(row, Word.Stack, event.stack);
    this.setWord(row, Word.Name, transition ? event.reason : event.name);
    this.setWord(row, Word.Text, transition ? event.subjectStack : event.text);
    if (kind === EventKind.Sync || kind === EventKind.Metric) this.setDetails(row, event.value);
    else if (kind === EventKind.Experimental) this.details.set(event.args, row * DETAILS);
    else if (kind === EventKind.RangeEnd)
      this.setDetails(row, event.hasAttributes ? 1 : 0, event.swept, event.reclaimed);
    else this.setDetails(row, event.task, event.parent);
  }

  /** The event in a row. The object is used again. */
  eventAt(row: number): TraceEvent {
    const { words, numbers } = this;
    const word = row * WORDS;
    const number = row * NUMBERS;
    const what = words[word + Word.What]!;
    const event = this.#events[what & 0xff]!;
    event.time = numbers[number + Num.Time]!;
    event.thread = numbers[number + Num.Thread]!;
    event.proc = numbers[number + Num.Proc]!;
    event.goroutine = numbers[number + Num.Goroutine]!;
    event.stack = words[word + Word.Stack]!;
    if (event.kind === EventKind.StateTransition) {
      event.resource = ((what >> 8) & 0xff) as ResourceKind;
      event.subject = numbers[number + Num.Subject]!;
      event.from = (what >> 16) & 0xff;
      event.to = what >>> 24;
      event.reason = words[word + Word.Name]!;
      event.subjectStack = words[word + Word.Text]!;
    } else this.#fill(event, row, what);
    return event;
  }

  #fill(event: TraceEvent, row: number, what: number): void {
    const { details } = this;
    const at = row * DETAILS;
    const name = this.words[row * WORDS + Word.Name]!;
    switch (event.kind) {
      case EventKind.Sync:
        event.value = details[at]!;
        break;
      case EventKind.Metric:
        event.name = name;
        event.value = details[at]!;
        break;
      case EventKind.RangeEnd:
        event.hasAttributes = details[at] === 1;
        event.swept = details[at + 1]!;
        event.reclaimed = details[at + 2]!;
        this.#fillSubject(event, row, what);
        break;
      case EventKind.Label:
      case EventKind.RangeBegin:
      case EventKind.RangeActive:
        this.#fillSubject(event, row, what);
        break;
      case EventKind.TaskBegin:
      case EventKind.TaskEnd:
        event.task = details[at]!;
        event.parent = details[at + 1]!;
        event.name = name;
        break;
      case EventKind.RegionBegin:
      case EventKind.RegionEnd:
      case EventKind.Log:
        event.task = details[at]!;
        event.name = name;
        event.text = this.words[row * WORDS + Word.Text]!;
        break;
      case EventKind.Experimental:
        event.name = name;
        event.args.set(details.subarray(at, at + DETAILS));
        break;
    }
  }

  #fillSubject(event: TraceEvent, row: number, what: number): void {
    event.resource = ((what >> 8) & 0xff) as ResourceKind;
    event.subject = this.numbers[row * NUMBERS + Num.Subject]!;
    event.name = this.words[row * WORDS + Word.Name]!;
  }
}
