/**
 * The recording of one JS thread: its ring, its sources, its annotations; switched on and off together.
 */
import { threadId } from 'node:worker_threads';
import { Annotations } from './annotations.ts';
import type { ThreadOptions } from './options.ts';
import { MAX_THREADS } from './record/layout.ts';
import { RecordWriter } from './record/record-writer.ts';
import { Texts } from './record/texts.ts';
import { canLeavePromisesOut, nextResourceId, recordAsyncResources } from './sources/async-resources.ts';
import { recordBlockingCalls } from './sources/blocking-calls.ts';
import { CallSites, NO_SITES } from './sources/call-sites.ts';
import { recordCpuSamples } from './sources/cpu-samples.ts';
import { recordGc } from './sources/gc.ts';
import { GcHeap } from './sources/gc-heap.ts';
import { recordGcWork } from './sources/gc-work.ts';
import { recordInventory } from './sources/inventory.ts';
import { recordLoopDelay } from './sources/loop-delay.ts';
import { LoopIdle } from './sources/loop-idle.ts';
import { recordMessages } from './sources/messages.ts';
import { newestPromise, recordPromises } from './sources/promises.ts';
import { everySecond } from './sources/pulse.ts';
import { recordRequests } from './sources/requests.ts';

export class ThreadRecording {
  readonly annotations: Annotations;
  readonly #record: RecordWriter;
  readonly #stops: (() => void)[] = [];
  #recording = true;

  /**
   * Records this thread into `shared`. `firstOwn` is the id from which on async resources are the recorder's own,
   * `parent` the thread that started this one, -1 = none; `handles` as for `recordInventory`. Undefined when no slot is free.
   */
  static begin(
    shared: SharedArrayBuffer,
    options: ThreadOptions,
    firstOwn: number,
    parent: number,
    handles: boolean,
  ): ThreadRecording | undefined {
    const record = RecordWriter.claim(shared, MAX_THREADS, { threadId, parent, promiseId: newestPromise() });
    if (record === undefined) return undefined;
    return new ThreadRecording(record, options, firstOwn, shared, handles);
  }

  private constructor(
    record: RecordWriter,
    { level, sync, cpu, gc, unnamed }: ThreadOptions,
    firstOwn: number,
    shared: SharedArrayBuffer,
    handles: boolean,
  ) {
    this.#record = record;
    const texts = new Texts(record);
    const loop = new LoopIdle();
    const annotations = new Annotations(record, texts, loop);
    this.annotations = annotations;
    record.threadBegins();
    const sites = level < 2 ? undefined : unnamed ? NO_SITES : new CallSites(record, texts);
    const collections = recordGc(record, loop, gc ? new GcHeap() : undefined);
    const delay = recordLoopDelay(record, texts, loop);
    const beat = (): void => {
      collections.pulse();
      delay.pulse();
      sites?.refill();
    };
    this.#stops.push(recordRequests(annotations), collections.stop, delay.stop, everySecond(beat));
    if (cpu) this.#stops.push(recordCpuSamples(record, texts));
    if (gc) this.#stops.push(recordGcWork(record, texts, shared));
    const own = [firstOwn, nextResourceId()] as const;
    if (level > 0) recordInventory(record, texts, handles, (id) => id >= own[0] && id < own[1]);
    record.snapshotEnds();
    if (sync) this.#stops.push(recordBlockingCalls(record, texts, loop));
    if (level === 0) return;
    this.#stops.push(recordMessages(record, texts));
    const currentTask = () => annotations.currentTask();
    this.#stops.push(recordAsyncResources({ record, texts, level, loop, sites, own, currentTask }));
    if (sites !== undefined && canLeavePromisesOut()) this.#stops.push(recordPromises(record, sites));
  }

  /** Ends the recording of this thread; the second time does nothing. */
  end(): void {
    if (!this.#recording) return;
    this.#recording = false;
    for (const stop of this.#stops.reverse()) stop();
    this.annotations.close();
    this.#record.end();
  }
}
