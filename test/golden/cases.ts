/**
 * Small traces, one corner of the format each. They are kept as text in cases/, with the events that come of them, so
 * that a change shows in a diff; the test beside this file compares both, and Go's reader judges them too.
 */
import { type FormatVersion, GoStatus, ProcStatus } from '../../src/format/index.ts';
import { type BatchBuilder, type GenerationBuilder, NO_THREAD, raw, TraceBuilder } from '../support/trace-builder.ts';

export interface GoldenCase {
  /** File name, and what it shows. */
  readonly name: string;
  readonly story: string;
  /** Bytes that are cut off at the end before reading. */
  readonly cut?: number;
  build(): Uint8Array<ArrayBuffer>;
}

/** The beginning of most traces: thread 7 runs goroutine 1 on proc 0. */
function running(batch: BatchBuilder): BatchBuilder {
  return batch.add('ProcStatus', 0, ProcStatus.Running).add('GoStatus', 1, 7, GoStatus.Running);
}

/** A trace of one generation with one batch of thread 7, in which goroutine 1 runs. */
function simple(version: FormatVersion, fill: (batch: BatchBuilder, generation: GenerationBuilder) => void) {
  return new TraceBuilder(version).generation(1, 1000, (generation) => {
    generation.batch(7, 1000, (batch) => fill(running(batch), generation));
  }).bytes;
}

/** Two generations in which goroutine 1 runs on thread 7 all the time. */
function twoGenerations(version: FormatVersion, second: (batch: BatchBuilder) => void) {
  return new TraceBuilder(version)
    .generation(1, 1000, (g) => void g.batch(7, 1000, (batch) => running(batch).add('HeapAlloc', 4096)))
    .generation(2, 2000, (g) => void g.batch(7, 2000, second)).bytes;
}

export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    name: 'block-and-wake',
    story: 'A goroutine creates another, blocks, is woken by it from the same thread, and yields.',
    build: () =>
      simple(25, (batch, g) => {
        const main = g.stack('main.send', 'main.main');
        batch
          .add('ProcsChange', 1, main)
          .add('GoCreate', 2, g.stack('main.worker'), main)
          .add('GoBlock', 'chan receive', main)
          .add('GoStart', 2, 1)
          .add('GoUnblock', 1, 1, g.stack('main.worker'))
          .add('GoDestroy')
          .add('GoStart', 1, 2)
          .add('GoStop', 'preempted', main);
      }),
  },
  {
    name: 'threads-wait-for-each-other',
    story: 'Clocks of two threads differ by a million units: sequence numbers, not times, give the order.',
    build: () =>
      new TraceBuilder(26).generation(1, 1000, (g) => {
        g.batch(7, 1_001_000, (batch) => {
          running(batch).add('ProcStatus', 1, ProcStatus.Idle).add('GoCreate', 2, 0, 0);
          batch.add('GoBlock', 'select', 0).after(5).add('GoStart', 1, 2);
        });
        g.batch(8, 1000, (batch) => {
          batch.add('ProcStart', 1, 1).add('GoStart', 2, 1).add('GoUnblock', 1, 1, 0).add('GoDestroy').add('ProcStop');
        });
      }).bytes,
  },
  {
    name: 'syscalls',
    story: 'A short syscall keeps its proc; a long one loses it to another thread, and one gives it up by itself.',
    build: () =>
      new TraceBuilder(22).generation(1, 1000, (g) => {
        const read = g.stack('os.(*File).Read', 'main.main');
        g.batch(7, 1000, (batch) => {
          running(batch).add('GoSyscallBegin', 1, read).add('GoSyscallEnd').add('GoSyscallBegin', 2, read);
          batch.after(50).add('GoSyscallEndBlocked').add('ProcStart', 0, 5).add('GoStart', 1, 1);
          batch.add('GoSyscallBegin', 6, read).add('ProcStop').add('GoSyscallEndBlocked').add('ProcStart', 0, 7);
        });
        g.batch(8, 1020, (batch) => batch.add('ProcSteal', 0, 3, 7).add('ProcStart', 0, 4).add('ProcStop'));
      }).bytes,
  },
  {
    name: 'c-thread-enters-and-leaves',
    story: 'A thread of C code enters Go, leaves with a proc in its hands, and its id comes again.',
    build: () =>
      new TraceBuilder(23).generation(1, 1000, (g) => {
        g.batch(7, 1000, (batch) => {
          batch.add('GoCreateSyscall', 4).add('ProcStatus', 0, ProcStatus.Idle).add('ProcStart', 0, 1);
          batch.add('GoSyscallEndBlocked').add('GoStart', 4, 1).add('GoSyscallBegin', 2, 0).add('GoDestroySyscall');
          batch.after(100).add('GoCreateSyscall', 5).add('ProcStart', 0, 4);
        });
        g.batch(9, 1050, (batch) => batch.add('ProcSteal', 0, 3, 7));
      }).bytes,
  },
  {
    name: 'coroutines',
    story: 'Coroutines switch at one instant: each switch is three events. The last one ends the one that ran.',
    build: () =>
      simple(23, (batch, g) => {
        batch.add('GoCreateBlocked', 2, g.stack('main.iterate'), g.stack('iter.Pull', 'main.main'));
        batch.add('GoSwitch', 2, 1).add('GoSwitch', 1, 1).add('GoSwitch', 2, 2).add('GoSwitchDestroy', 1, 2);
      }),
  },
  {
    name: 'garbage-collection',
    story: 'A GC with its stops of the world, mark assist, sweep and heap metrics, and one that goes on over a border.',
    build: () =>
      new TraceBuilder(25)
        .generation(1, 1000, (g) => {
          g.batch(7, 1000, (batch) => {
            running(batch).add('GCBegin', 5, g.stack('runtime.gcStart'));
            batch.add('STWBegin', 'GC sweep termination', g.stack('runtime.stopTheWorld')).add('STWEnd');
            batch.add('GoLabel', 'GC (dedicated)').add('GCMarkAssistBegin', g.stack('runtime.mallocgc'));
            batch.add('STWBegin', 'GC mark termination', 0).add('STWEnd').add('GCMarkAssistEnd').add('GCEnd', 6);
            batch
              .add('GCSweepBegin', 0)
              .add('GCSweepEnd', 8192, 2n ** 60n)
              .add('HeapAlloc', 1 << 20);
            batch
              .add('HeapGoal', 4 << 20)
              .add('GCBegin', 7, 0)
              .add('GCMarkAssistBegin', 0)
              .add('GCSweepBegin', 0);
          });
        })
        .generation(2, 2000, (g) => {
          g.batch(7, 2000, (batch) => {
            running(batch).add('GCActive', 8).add('GCMarkAssistActive', 1).add('GCSweepActive', 0);
            batch.add('GCMarkAssistEnd').add('GCSweepEnd', 0, 0).add('GCEnd', 9);
          });
        }).bytes,
  },
  {
    name: 'tasks-regions-logs',
    story: 'Nested tasks and regions over two generations. A task ends twice, and a region ends that never began.',
    build: () =>
      new TraceBuilder(26)
        .generation(3, 1000, (g) => {
          g.batch(7, 1000, (batch) => {
            running(batch).add('UserRegionEnd', 0, 'older than the trace', 0);
            batch.add('UserTaskBegin', 1, 0, 'request', g.stack('main.handle')).add('UserTaskBegin', 2, 1, 'query', 0);
            batch.add('UserRegionBegin', 1, 'outer', 0).add('UserRegionBegin', 2, 'inner', 0);
            batch.add('UserLog', 2, 'db', 'line 1\n"quoted" \u00e9\u200b', g.stack('main.log'));
          });
        })
        .generation(9, 2000, (g) => {
          g.batch(7, 2000, (batch) => {
            batch.add('UserRegionEnd', 2, 'inner', 0).add('UserTaskEnd', 2, 0).add('UserTaskEnd', 2, 0);
            batch.add('UserRegionEnd', 1, 'outer', 0).add('UserTaskEnd', 1, 0).add('UserTaskBegin', 1, 0, 'again', 0);
          });
        }).bytes,
  },
  {
    name: 'statuses',
    story: 'Goroutines and procs in every state at the start, told by their own thread, by another and by none.',
    build: () =>
      new TraceBuilder(25).generation(1, 1000, (g) => {
        g.batch(7, 1000, (batch) => running(batch).add('ProcStatus', 1, ProcStatus.Idle).add('GoStatus', 9, 8, 3));
        g.batch(NO_THREAD, 1100, (batch) => {
          batch.add('GoStatus', 2, NO_THREAD, GoStatus.Runnable);
          batch.add('GoStatusStack', 3, NO_THREAD, GoStatus.Waiting, g.stack('net.accept', 'main.serve'));
          batch.add('ProcStatus', 2, ProcStatus.Running).add('ProcStatus', 3, ProcStatus.SyscallAbandoned);
        });
        g.batch(6, 1000, (batch) =>
          batch.add('GoStatus', 5, 6, GoStatus.Syscall).add('ProcStatus', 4, ProcStatus.Syscall),
        );
        g.batch(8, 1200, (batch) =>
          batch.add('ProcSteal', 3, 1, 99).add('ProcSteal', 4, 1, 6).add('GoSyscallEndBlocked'),
        );
      }).bytes,
  },
  {
    name: 'abandoned-proc-is-found',
    story: 'A proc is told to be abandoned, but we saw it go into its syscall, and so know its thread.',
    build: () =>
      new TraceBuilder(22)
        .generation(1, 1000, (g) => void g.batch(7, 1000, (batch) => running(batch).add('GoSyscallBegin', 1, 0)))
        .generation(2, 2000, (g) => {
          g.batch(8, 2000, (batch) => {
            batch.add('ProcStatus', 0, ProcStatus.SyscallAbandoned).add('ProcSteal', 0, 1, 7).add('ProcStart', 0, 2);
          });
          g.batch(7, 2100, (batch) => batch.add('GoStatus', 1, 7, GoStatus.Syscall).add('GoSyscallEndBlocked'));
        }).bytes,
  },
  {
    name: 'samples-and-stacks',
    story:
      'CPU samples between events, out of order in the file. Two frames share a program counter: the first counts.',
    build: () =>
      new TraceBuilder(25).generation(
        1,
        1000,
        (g) => {
          const hot = g.stack({ func: 'main.hot', pc: 100, line: 12 }, { func: 'main.main', pc: 101 });
          const same = g.stack({ func: 'main.inlined', pc: 100, line: 13 });
          g.samples([1004, 7, 0, 1, same], [1002, 7, 0, 1, hot], [9, NO_THREAD, NO_THREAD, 0, 0]);
          g.batch(7, 1000, (batch) => running(batch).after(9).add('HeapAlloc', 1));
        },
        15_625_000,
      ).bytes,
  },
  {
    name: 'experiments',
    story: 'Allocation events and their data. What experiments say is passed on and not judged.',
    build: () =>
      new TraceBuilder(26).generation(1, 1000, (g) => {
        g.experiment(1, 7, Uint8Array.of(1, 2, 3));
        g.batch(7, 1000, (batch) => {
          running(batch)
            .add('Span', 1, 4, 2)
            .add('SpanAlloc', 2, 8, 4)
            .add('HeapObjectAlloc', 2n ** 63n, 7);
          batch.add('HeapObject', 5, 6).add('HeapObjectFree', 5).add('GoroutineStack', 1, 11);
          batch.add('GoroutineStackAlloc', 2, 12).add('GoroutineStackFree', 2).add('SpanFree', 2);
        });
      }).bytes,
  },
  {
    name: 'great-ids',
    story: 'Ids that no double holds: of a goroutine, of a task and its parent, of a string.',
    build: () => {
      const great = 2n ** 62n + 1n;
      return simple(25, (batch, g) => {
        batch.add('GoCreate', great, 0, 0).add('UserTaskBegin', great + 1n, great, 'task', 0);
        batch.add('GoBlock', g.string('far away', great), 0).add('GoStart', great, 1);
        batch.add('UserLog', great + 1n, 'k', 'v', 0);
      });
    },
  },
  {
    name: 'nothing-happens',
    story: 'A trace without events has its two Sync events all the same.',
    build: () => new TraceBuilder(22).generation(1, 0, () => {}).bytes,
  },
  {
    name: 'refused-wrong-need',
    story: 'A goroutine blocks on a thread that runs none.',
    build: () => simple(25, (batch) => batch.add('GoBlock', 'sync', 0).add('GoBlock', 'sync', 0)),
  },
  {
    name: 'refused-stall',
    story: 'A goroutine is started with a sequence number that never comes up.',
    build: () => simple(25, (batch) => batch.add('GoCreate', 2, 0, 0).add('GoStop', '', 0).add('GoStart', 2, 2)),
  },
  {
    name: 'refused-region',
    story: 'Regions end in the wrong order.',
    build: () =>
      simple(23, (batch) => {
        batch.add('UserRegionBegin', 0, 'a', 0).add('UserRegionBegin', 0, 'b', 0).add('UserRegionEnd', 0, 'a', 0);
      }),
  },
  {
    name: 'refused-unknown-string',
    story: 'An event names a string that its generation does not have.',
    build: () => simple(26, (batch) => batch.add('HeapAlloc', 1).add('GoLabel', 99)),
  },
  {
    name: 'refused-late-goroutine',
    story: 'A goroutine turns up in the second generation that was never announced.',
    build: () => twoGenerations(26, (batch) => running(batch).add('GoStatus', 2, NO_THREAD, GoStatus.Waiting)),
  },
  {
    name: 'refused-wrong-status',
    story: 'The status at the start of the second generation is not the one that the first left.',
    build: () => twoGenerations(25, (batch) => batch.add('ProcStatus', 0, ProcStatus.Idle)),
  },
  {
    name: 'refused-structural-event',
    story: 'An event that frames the file stands among those of a thread.',
    build: () => simple(25, (batch) => batch.events.push(raw('EventBatch', 1, 1, 1, 1))),
  },
  {
    name: 'cut-off-1-25',
    story: 'Before 1.26, a file that is cut off gives what its last generation has.',
    cut: 1,
    build: () => twoGenerations(25, (batch) => running(batch).add('HeapAlloc', 8192)),
  },
  {
    name: 'cut-off-1-26',
    story: 'From 1.26 on, a file that is cut off loses its last generation.',
    cut: 1,
    build: () => twoGenerations(26, (batch) => running(batch).add('HeapAlloc', 8192)),
  },
];
