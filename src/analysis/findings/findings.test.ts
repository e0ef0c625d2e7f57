/**
 * Every check on a small trace that has what it looks for, and on one that nearly has it. Times in ms. Longer than most files,
 * as there is a pair of traces for each check.
 */
import { describe, expect, it } from 'vitest';
import {
  EventScript,
  NotExist,
  ResourceKind,
  Runnable,
  Running,
  Undetermined,
  Waiting,
} from '../../../test/support/event-script.ts';
import { findFindings } from './table.ts';

const MS = 1e6;

/** A script in milliseconds, with the moves that most traces need. */
class Story {
  readonly script = new EventScript();

  /** A trace of the Node dialect, in which the recorder speaks. */
  node(facts: object = {}): this {
    this.script.log(0, 1, 0, 'exectrace', JSON.stringify({ kind: 'process', ...facts }));
    return this;
  }

  there(goroutine: number, name: string, reason = 'network'): this {
    this.script.go(1, goroutine, Undetermined, Waiting, { reason, subjectStack: [name] });
    return this;
  }

  born(at: number, goroutine: number, name: string, by: number, place = 'main.create'): this {
    this.script.go(at * MS, goroutine, NotExist, Runnable, { by, subjectStack: [name], stack: [place] });
    return this;
  }

  ready(at: number, goroutine: number, by = -1): this {
    this.script.go(at * MS, goroutine, Waiting, Runnable, { by });
    return this;
  }

  runs(at: number, goroutine: number, proc = 0): this {
    this.script.go(at * MS, goroutine, Runnable, Running, { proc });
    return this;
  }

  waits(at: number, goroutine: number, reason: string, stack: readonly string[] = []): this {
    this.script.go(at * MS, goroutine, Running, Waiting, { reason, by: goroutine, stack });
    return this;
  }

  begins(at: number, goroutine: number, task: number, name: string): this {
    this.script
      .task('TaskBegin', at * MS, goroutine, task, name)
      .region('RegionBegin', at * MS + 1, goroutine, task, name);
    return this;
  }

  ends(at: number, goroutine: number, task: number, name: string): this {
    this.script.region('RegionEnd', at * MS - 1, goroutine, task, name).task('TaskEnd', at * MS, goroutine, task, name);
    return this;
  }

  /** What is found when the trace ends. */
  found(at: number): Map<string, { readonly severity: number; readonly text: string }> {
    const model = this.script.sync(at * MS).model();
    const findings = findFindings(model);
    return new Map(
      findings.map(({ id, severity, value, title, detail }) => [
        id,
        { severity, text: `${value} ${title}. ${detail}` },
      ]),
    );
  }
}

/** Six requests of the same length, each on a goroutine of its own; `inside` tells what happens between begin and end. */
function requests(length: number, inside: (story: Story, goroutine: number, from: number, to: number) => void): Story {
  const story = new Story();
  for (let i = 1; i <= 6; i++) story.there(i, 'handler');
  for (let i = 1; i <= 6; i++) {
    const from = 1000 * i;
    story
      .ready(from - 2, i)
      .runs(from - 1, i)
      .begins(from, i, i, 'GET /');
    inside(story, i, from, from + length);
    story.ends(from + length, i, i, 'GET /').waits(from + length + 1, i, 'network');
  }
  return story;
}

describe('a blocked loop', () => {
  const block = (length: number) =>
    new Story()
      .node()
      .there(1, 'render')
      .ready(10, 1)
      .runs(11, 1)
      .waits(11 + length, 1, 'sync (await)')
      .found(500);

  it('is found from 50 ms on, and serious from 200 ms on', () => {
    expect(block(49).has('loop-block')).toBe(false);
    expect(block(60).get('loop-block')).toEqual({
      severity: 2,
      text: '60.0 ms Main loop blocked by render. Once over 50 ms.',
    });
    expect(block(250).get('loop-block')?.severity).toBe(3);
  });
});

describe('a blocked proc of a Go program', () => {
  const blocked = (readySince: number) =>
    new Story()
      .there(1, 'main.spin')
      .there(2, 'main.next')
      .ready(10, 1)
      .runs(11, 1)
      .ready(readySince, 2)
      .waits(111, 1, 'select')
      .runs(112, 2)
      .found(500);

  it('is found when somebody waited for it all the while', () => {
    expect(blocked(20).get('loop-block')?.text).toContain('P 0 blocked by main.spin');
    expect(blocked(90).has('loop-block')).toBe(false);
  });
});

describe('slow tasks that are ready', () => {
  const ready = (share: number) =>
    requests(100, (story, goroutine, from) => {
      story
        .waits(from + 1, goroutine, 'network')
        .ready(from + 99 - 100 * share, goroutine)
        .runs(from + 99, goroutine);
    }).found(9000);

  it('are found when they are so for 30 % of their time', () => {
    expect(ready(0.25).has('slow-and-ready')).toBe(false);
    expect(ready(0.4).get('slow-and-ready')?.text).toContain("40 % of slow requests' time is waiting for a free P");
  });
});

describe('one function that ends the waits of slow tasks', () => {
  const waiting = (share: number) => {
    const story = requests(100, (inner, goroutine, from) => {
      inner
        .waits(from + 1, goroutine, 'sync')
        .ready(from + 1 + 100 * share, goroutine, 99)
        .runs(from + 1.5 + 100 * share, goroutine);
    });
    return story;
  };
  const found = (share: number) => {
    const story = new Story();
    story.script.go(1, 99, Undetermined, Running, { proc: 1, subjectStack: ['holder'] });
    for (let i = 1; i <= 6; i++) story.there(i, 'handler');
    for (let i = 1; i <= 6; i++) {
      const from = 1000 * i;
      story
        .ready(from - 2, i)
        .runs(from - 1, i)
        .begins(from, i, i, 'GET /')
        .waits(from + 1, i, 'sync');
      story.ready(from + 1 + 100 * share, i, 99).runs(from + 1.5 + 100 * share, i);
      story.ends(from + 100, i, i, 'GET /').waits(from + 101, i, 'network');
    }
    return story.found(9000);
  };

  it('is found from 30 % of their time on', () => {
    expect(found(0.25).has('contended-wait')).toBe(false);
    expect(found(0.5).get('contended-wait')?.text).toContain("50 % of slow requests' time is spent waiting for holder");
    // Nobody in the program ended these.
    expect(waiting(0).found(9000).has('contended-wait')).toBe(false);
  });
});

describe('a queue of promises that serves as a lock', () => {
  /** Six requests at once, each of which asks for something that takes 30 ms; `alone`: they wait for each other's end. */
  const queue = (alone: boolean) => {
    const story = new Story().node();
    for (let i = 1; i <= 6; i++) story.there(i, 'run', 'event loop');
    for (let i = 1; i <= 6; i++) {
      story
        .ready(99 + i / 10, i)
        .runs(99.01 + i / 10, i)
        .begins(99.02 + i / 10, i, i, 'GET /')
        .waits(99.05 + i / 10, i, alone ? 'sync (await)' : 'network');
    }
    for (let i = 1; i <= 6; i++) {
      const from = 100 + 40 * i;
      story.ready(from, i, i === 1 || !alone ? -1 : i - 1).runs(from + 1, i);
      if (i > 1) story.ends(from + 0.6, i - 1, i - 1, 'GET /').waits(from + 0.7, i - 1, 'network');
      story
        .waits(from + 2, i, 'network')
        .ready(from + 32, i)
        .runs(from + 33, i);
    }
    return story.ends(380, 6, 6, 'GET /').waits(381, 6, 'network').found(400);
  };

  it('is found by the turns of others, with what they waited for', () => {
    expect(queue(false).has('contended-wait')).toBe(false);
    expect(queue(true).get('contended-wait')?.text).toMatch(
      /^\d\d % of slow requests' time is spent waiting for run\. .* held meanwhile by run: network/,
    );
  });
});

describe('mutexes of a program without tasks', () => {
  const contended = (stack: readonly string[], wait: number) =>
    new Story()
      .there(1, 'main.worker')
      .ready(1, 1)
      .runs(2, 1)
      .waits(12, 1, 'sync', stack)
      .ready(12 + wait, 1)
      .runs(12 + wait, 1)
      .found(20 + wait);

  it('are found by what was called', () => {
    const lock = ['sync.(*Mutex).Lock', 'main.locker'];
    expect(contended(lock, 3).has('contended-wait')).toBe(false);
    expect(contended(lock, 50).get('contended-wait')?.text).toContain('Most at main.locker');
    expect(contended(['sync.(*WaitGroup).Wait', 'main.main'], 50).has('contended-wait')).toBe(false);
  });
});

describe('a task far slower than its kind', () => {
  const slowest = (length: number) => {
    const story = requests(10, () => undefined);
    story
      .ready(7000, 1)
      .runs(7001, 1)
      .begins(7002, 1, 7, 'GET /')
      .ends(7002 + length, 1, 7, 'GET /');
    return story.found(9000);
  };

  it('is found at three times the median', () => {
    expect(slowest(25).has('slowest-task')).toBe(false);
    expect(slowest(50).get('slowest-task')?.text).toContain('50.0 ms slowest request, 5.00 times typical');
  });
});

describe('a goroutine that others wait for', () => {
  /** For a second, 2 hands over to 1 every 10 ms, which runs for `busy` ms of them. */
  const pipeline = (busy: number) => {
    const story = new Story().there(1, 'main.slow', 'chan receive').there(2, 'main.fast', 'chan send');
    for (let at = 0; at < 1000; at += 10) {
      story
        .ready(at + 1, 1)
        .runs(at + 1.1, 1)
        .ready(at + 1.1 + busy, 2, 1)
        .runs(at + 1.2 + busy, 2, 1)
        .waits(at + 1.3 + busy, 2, 'chan send')
        .waits(at + 1.3 + busy, 1, 'chan receive');
    }
    return story.found(1000);
  };

  it('is found when it runs for half of the time', () => {
    expect(pipeline(3).has('bottleneck')).toBe(false);
    expect(pipeline(6).get('bottleneck')).toMatchObject({ severity: 2 });
    expect(pipeline(6).get('bottleneck')?.text).toMatch(/^6\d % of the time, main.slow runs while others wait for it/);
  });
});

describe('a starved thread pool', () => {
  const reading = (files: number, facts?: object) => {
    const story = new Story().node(facts);
    for (let i = 1; i <= files; i++) {
      story
        .there(i, 'read', 'event loop')
        .ready(i, i)
        .runs(i + 0.5, i)
        .waits(i + 0.6, i, 'fs');
    }
    return story.found(100);
  };

  it('is found when more operations than threads are under way', () => {
    expect(reading(4).has('starved-pool')).toBe(false);
    expect(reading(6).get('starved-pool')?.text).toContain('6 jobs at once for the 4 threads');
  });

  it('goes by the number of threads that the trace states', () => {
    expect(reading(6, { pool: 8 }).has('starved-pool')).toBe(false);
    expect(reading(6, { pool: 2 }).get('starved-pool')?.text).toContain('6 jobs at once for the 2 threads');
  });
});

describe('late timers', () => {
  const late = (by: number) =>
    new Story()
      .there(1, 'tick', 'sleep')
      .there(2, 'hog')
      .ready(10, 2)
      .runs(10, 2)
      .ready(20, 1)
      .waits(20 + by, 2, 'network')
      .runs(20 + by, 1)
      .found(900);

  it('are found from 20 ms on, with who was in the way', () => {
    expect(late(15).has('late-timers')).toBe(false);
    expect(late(150).get('late-timers')).toMatchObject({ severity: 2 });
    expect(late(150).get('late-timers')?.text).toContain('behind hog');
  });
});

describe('the collector', () => {
  const collecting = (share: number) => {
    const story = new Story().there(1, 'main.work').ready(1, 1).runs(2, 1);
    story.script
      .range('RangeBegin', 10 * MS, 'GC mark assist', ResourceKind.Goroutine, 1)
      .range('RangeEnd', (10 + 1000 * share) * MS, 'GC mark assist', ResourceKind.Goroutine, 1);
    return story.found(1000);
  };

  it('is found by its share of the procs, and of what goroutines run', () => {
    expect([...collecting(0.02).keys()]).toEqual([]);
    expect(collecting(0.04).get('gc-share')?.severity).toBe(1);
    expect(collecting(0.3).get('gc-share')?.severity).toBe(3);
    expect(collecting(0.3).get('gc-assist')?.text).toContain('30 % of running time');
  });
});

describe('a stopped world', () => {
  const stopped = (length: number, name = 'stop-the-world (GC mark termination)') => {
    const story = new Story().there(1, 'main.work').ready(1, 1).runs(2, 1);
    story.script
      .range('RangeBegin', 10 * MS, name, ResourceKind.Goroutine, 1)
      .range('RangeEnd', (10 + length) * MS, name, ResourceKind.Goroutine, 1);
    return story.found(1000);
  };

  it('is found from 1 ms on, but for the stop with which tracing begins', () => {
    expect(stopped(0.5).has('stop-the-world')).toBe(false);
    expect(stopped(2).get('stop-the-world')?.severity).toBe(1);
    expect(stopped(20).get('stop-the-world')?.severity).toBe(3);
    expect(stopped(20, 'stop-the-world (start trace)').has('stop-the-world')).toBe(false);
  });
});

describe('what never ends', () => {
  const leaking = (open: number, ended: number, life = 0.1) => {
    const story = new Story().there(1, 'main.main').ready(1, 1).runs(1, 1);
    for (let i = 0; i < open + ended; i++) {
      const id = 10 + i;
      story.born(10 + i, id, 'main.leak', 1).runs(10.1 + i, id, 1);
      if (i < ended) story.script.go((10.1 + i + life) * MS, id, Running, NotExist);
      else story.waits(10.2 + i, id, 'chan receive');
    }
    return story.found(1000);
  };

  it('is found when nearly all of a hundred are still waiting', () => {
    expect(leaking(99, 0).has('never-ending')).toBe(false);
    // Those that are still there are for longer than any that ended, or may be as those.
    expect(leaking(120, 30).get('never-ending')?.severity).toBe(2);
    expect(leaking(120, 30, 600).has('never-ending')).toBe(false);
    expect(leaking(120, 5).get('never-ending')?.text).toContain('120 goroutines never end. main.leak');
  });
});

describe('runnable goroutines', () => {
  const runnable = (wait: number, length = 500) =>
    new Story()
      .there(1, 'main.a')
      .ready(10, 1)
      .runs(10 + wait, 1)
      .waits(110 + wait, 1, 'network')
      .found(length);

  it('are found when they wait for a proc for 30 % of the time', () => {
    expect(runnable(20).has('waiting-to-run')).toBe(false);
    expect(runnable(100).get('waiting-to-run')?.text).toContain("50 % of goroutines' time to run is waiting for a P");
  });

  it('are nothing to speak of where hardly anything runs', () => {
    expect(runnable(100, 2000).has('waiting-to-run')).toBe(false);
  });
});

describe('awaits one after another', () => {
  /** Requests whose handler awaits `count` queries; each waits for the network from `after` ms on after the await. */
  const awaiting = (count: number, after: number) => {
    const story = new Story().node();
    for (let i = 1; i <= 6; i++) story.there(i, 'handler');
    for (let i = 1; i <= 6; i++) {
      const from = 1000 * i;
      const query = 100 + i;
      story
        .ready(from - 3, i)
        .runs(from - 2, i)
        .begins(from, i, i, 'GET /')
        .born(from + 0.1, query, 'query', i);
      story.waits(from + 0.2, i, 'sync (await)').runs(from + 0.3, query);
      for (let n = 0; n < count; n++) {
        const at = from + 0.3 + 20 * n;
        story
          .waits(at + after, query, 'network')
          .ready(at + 19, query)
          .runs(at + 19.1, query);
        story.ready(at + 19.2, i, query);
        if (n < count - 1)
          story
            .waits(at + 19.3, query, 'sync')
            .runs(at + 19.4, i)
            .waits(at + 19.9, i, 'sync (await)')
            .ready(at + 19.95, query)
            .runs(at + 19.96, query);
      }
      const end = from + 20 * count;
      story
        .waits(end, query, 'sync')
        .runs(end + 0.1, i)
        .ends(end + 1, i, i, 'GET /')
        .waits(end + 2, i, 'network');
    }
    return story.found(9000);
  };

  it('are found when there are three of a kind', () => {
    expect(awaiting(2, 0.1).has('serial-awaits')).toBe(false);
    expect(awaiting(5, 0.1).get('serial-awaits')?.text).toContain('5 waits for query one after another');
    // The query computes first: that is no waiting that could run together.
    expect(awaiting(5, 15).has('serial-awaits')).toBe(false);
  });
});

describe('lost records', () => {
  it('are said', () => {
    const story = new Story().node();
    expect(story.found(10).has('lost-records')).toBe(false);
    const lossy = new Story().node();
    lossy.script.log(5, 1, 0, 'exectrace', '{"kind":"loss","records":12}');
    expect(lossy.found(10).get('lost-records')?.text).toContain('12 records were lost');
  });
});
