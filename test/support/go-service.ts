/**
 * A small Go service as a model: four procs, requests as tasks with regions and logs, a lock that is held for long, a
 * collection with stop-the-world, syscalls, CPU samples. Made of events, without a clock: the same every time.
 */
import type { TraceModel } from '../../src/analysis/index.ts';
import { EventScript, NotExist, ProcState, Runnable, Running, Syscall, Undetermined, Waiting } from './event-script.ts';

const US = 1e3;
const PROCS = 4;

interface Timed {
  readonly time: number;
  readonly say: (script: EventScript) => void;
}

export function goService(requests = 120): TraceModel {
  const events: Timed[] = [];
  let seed = 3;
  const random = (from: number, to: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.round(from + (seed / 2 ** 32) * (to - from));
  };
  const at = (time: number, say: Timed['say']) => events.push({ time, say });
  const free = new Array<number>(PROCS).fill(0);
  /** Runs on the proc that is free first, from `ready` on; returns when it starts, and where. */
  const run = (goroutine: number, ready: number, length: number): { start: number; end: number; proc: number } => {
    const proc = free.indexOf(Math.min(...free));
    const start = Math.max(ready + 200, free[proc]!);
    free[proc] = start + length;
    at(start, (script) => script.go(start, goroutine, Runnable, Running, { proc }));
    return { start, end: start + length, proc };
  };
  for (let i = 0; i < requests; i++) {
    const goroutine = 100 + i;
    const born = 50 * US + i * random(80, 160) * US;
    const stack = ['net/http.(*conn).serve'];
    at(born, (script) => script.go(born, goroutine, NotExist, Runnable, { by: 1, subjectStack: stack }));
    const first = run(goroutine, born, random(30, 300) * US);
    const task = 1000 + i;
    const begin = first.start + 10;
    at(begin, (script) => script.task('TaskBegin', begin, goroutine, task, i % 3 === 0 ? 'POST /pay' : 'GET /item'));
    at(begin + 5, (script) => script.region('RegionBegin', begin + 5, goroutine, task, 'load'));
    at(begin + 20, (script) => script.log(begin + 20, goroutine, task, 'auth', `user ${i}`));
    at(begin + 50, (script) => script.sample(begin + 50, goroutine, first.proc, ['encoding/json.Marshal', ...stack]));
    const reason = ['sync', 'network', 'select', 'sleep'][i % 4]!;
    const blocked = ['sync.(*Mutex).Lock', 'main.(*Cache).Get', ...stack];
    at(first.end, (script) =>
      script.go(first.end, goroutine, Running, Waiting, { by: goroutine, reason, stack: blocked }),
    );
    const woken = first.end + random(100, 9000) * US;
    at(woken, (script) => script.go(woken, goroutine, Waiting, Runnable, reason === 'sync' ? { by: 1 } : {}));
    const second = run(goroutine, woken, random(20, 200) * US);
    const call = second.start + 5 * US;
    at(call, (script) => script.go(call, goroutine, Running, Syscall, { by: goroutine, proc: second.proc }));
    const back = call + 10 * US;
    at(back, (script) => script.go(back, goroutine, Syscall, Running, { by: goroutine, proc: second.proc }));
    at(second.end - 40, (script) => script.region('RegionEnd', second.end - 40, goroutine, task, 'load'));
    at(second.end - 20, (script) => script.task('TaskEnd', second.end - 20, goroutine, task, ''));
    at(second.end, (script) => script.go(second.end, goroutine, Running, NotExist, { by: goroutine }));
  }
  for (let i = 0; i < 4; i++) {
    const start = (2000 + 4000 * i) * US;
    at(start, (script) => script.range('RangeBegin', start, 'stop-the-world (GC sweep termination)'));
    at(start + 40 * US, (script) => script.range('RangeEnd', start + 40 * US, 'stop-the-world (GC sweep termination)'));
    at(start + 50 * US, (script) => script.range('RangeBegin', start + 50 * US, 'GC concurrent mark phase'));
    at(start + 1500 * US, (script) => script.range('RangeEnd', start + 1500 * US, 'GC concurrent mark phase'));
    at(start, (script) => script.metric(start, '/memory/classes/heap/objects:bytes', 20e6 + 5e6 * i));
    at(start, (script) => script.metric(start, '/gc/heap/goal:bytes', 64e6));
  }
  const script = new EventScript().sync(0).metric(0, '/sched/gomaxprocs:threads', PROCS);
  for (let proc = 0; proc < PROCS; proc++) script.proc(0, proc, ProcState.Undetermined, ProcState.Running);
  script.go(0, 1, Undetermined, Running, { proc: 0, subjectStack: ['main.main'] });
  script.go(10, 1, Running, Waiting, { by: 1, reason: 'select' });
  events.sort((a, b) => a.time - b.time);
  for (const { say } of events) say(script);
  return script.sync(events.at(-1)!.time + 1000).model();
}
