/**
 * What the kind of a strand says of it, by the stack that names it: looked up once per stack, as there are few.
 *
 * Go's format has no reason for a wait that begins with a creation, and a region per strand that runs once would be a
 * quarter of a trace. So the recorder leaves both out where the kind (node-kinds.ts of the format) tells them.
 */
import { firstWaitOf, GoState, worksForCreator } from '../../reader/index.ts';
import type { StackTable } from '../model.ts';
import { type DisplayState, displayState } from '../states.ts';

/** The trace's strings and stacks. */
export interface Names {
  readonly strings: readonly string[];
  readonly stacks: StackTable;
}

/** A reason (string id) and the display state of a wait for it. */
export interface FirstWait {
  readonly id: number;
  readonly display: DisplayState;
}

interface Kind {
  readonly firstWait: FirstWait;
  readonly worksForCreator: boolean;
}

export class StrandKinds {
  readonly #names: Names;
  readonly #intern: (text: string) => number;
  readonly #kinds = new Map<number, Kind>();

  /** `intern` gives the id of a text that the trace's strings may not have. */
  constructor(names: Names, intern: (text: string) => number) {
    this.#names = names;
    this.#intern = intern;
  }

  /** What a strand that was created waiting, and is named by `stack`, waits for. */
  firstWait(stack: number): FirstWait {
    return this.#of(stack).firstWait;
  }

  /** Whether a strand that is named by `stack` works for the task of its creator. */
  worksForCreator(stack: number): boolean {
    return stack !== 0 && this.#of(stack).worksForCreator;
  }

  #of(stack: number): Kind {
    let kind = this.#kinds.get(stack);
    if (kind === undefined) {
      const { strings, stacks } = this.#names;
      const frame = stacks.offset[stack + 1]! - 1;
      const func = strings[stacks.func[frame]!] ?? '';
      const file = strings[stacks.file[frame]!] ?? '';
      const reason = firstWaitOf(func, file);
      kind = {
        firstWait: { id: this.#intern(reason), display: displayState(GoState.Waiting, reason) },
        worksForCreator: worksForCreator(func, file),
      };
      this.#kinds.set(stack, kind);
    }
    return kind;
  }
}
