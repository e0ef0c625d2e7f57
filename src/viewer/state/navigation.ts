/**
 * Where one has been: undo and redo of navigation, and what counts as a step of the browser's history. Watches the state
 * that the address holds (`url-hash.ts`), so that commands and gestures need not say that they navigate.
 *
 * A step is a change of a `step` field, or of the window by a command. What the hand does without pause (wheel, drag, a
 * range that grows) is one step, however many changes it makes. Settings are not undone.
 */
import { batch, effect, signal } from '@preact/signals';
import type { OpenTrace } from './open-trace.ts';
import { type AnyField, type DecodedHash, HASH_FIELDS, type Stated } from './url-hash.ts';

/** Steps that undo remembers. */
const MOST = 100;

type Place = ReadonlyMap<AnyField, unknown>;

export class Navigation {
  /** Grows by one with every step. */
  readonly steps = signal(0);
  readonly #of: Stated;
  readonly #fields: readonly AnyField[];
  readonly #undo: Place[] = [];
  readonly #redo: Place[] = [];
  #trace: OpenTrace | undefined;
  #here: Place = new Map();
  /** Key of the field that the hand changed last, if it may go on. */
  #continues: string | undefined;

  constructor(of: Stated, fields: readonly AnyField[] = HASH_FIELDS) {
    this.#of = of;
    this.#fields = fields.filter((field) => field.kind !== 'setting');
    effect(() => this.#look());
  }

  /** Back to the place before; nothing happens at the first. */
  undo(): void {
    this.#go(this.#undo, this.#redo);
  }

  redo(): void {
    this.#go(this.#redo, this.#undo);
  }

  /** Takes over what an address says. @param settings false: only where one is, not how it looks */
  restore({ values, named }: DecodedHash, settings: boolean): void {
    batch(() => {
      for (const [field, value] of values) {
        const wanted = field.kind === 'setting' ? settings && named.has(field) : true;
        if (wanted) field.signal(this.#of).value = value;
      }
      this.#of.app.animated.value = false;
    });
  }

  #go(from: Place[], to: Place[]): void {
    const place = from.pop();
    if (place === undefined) return;
    to.push(this.#here);
    this.#here = place;
    this.#continues = undefined;
    batch(() => {
      this.#of.app.animated.value = true;
      for (const [field, value] of place) field.signal(this.#of).value = value;
      this.steps.value++;
    });
  }

  #look(): void {
    const trace = this.#of.app.trace.value;
    const place = new Map(this.#fields.map((field) => [field, field.signal(this.#of).value as unknown]));
    if (trace !== this.#trace) {
      this.#trace = trace;
      this.#undo.length = 0;
      this.#redo.length = 0;
      this.#here = place;
      this.#continues = undefined;
      return;
    }
    const before = this.#here;
    const changed = this.#fields.filter((field) => before.get(field) !== place.get(field));
    if (changed.length === 0) return;
    this.#here = place;
    if (this.#isSameMove(changed, before, place)) return;
    this.#undo.push(before);
    if (this.#undo.length > MOST) this.#undo.shift();
    this.#redo.length = 0;
    this.steps.value = this.steps.peek() + 1;
  }

  /** Whether the change goes on with what the hand is doing. */
  #isSameMove(changed: readonly AnyField[], before: Place, now: Place): boolean {
    const [field] = changed;
    const byHand = changed.length === 1 && field!.kind === 'drag' && !this.#of.app.animated.peek();
    const known = before.get(field!) !== undefined && now.get(field!) !== undefined;
    const same = byHand && known && this.#continues === field!.key;
    this.#continues = byHand && now.get(field!) !== undefined ? field!.key : undefined;
    return same;
  }
}
