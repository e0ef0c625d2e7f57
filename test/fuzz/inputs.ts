/**
 * Inputs that try to break readers, each made from its number alone, so that any can be made again.
 *
 * A third are sound small traces with bytes changed; a third are changed where it hurts, in the text form of the trace
 * (an event twice, missing, moved, with a number at the border of a type) or by exchanging parts of two traces; the rest
 * is noise behind a header, cut-off files and text.
 */
import { HEADER_SIZE, LEGACY_VERSIONS, textToTrace, traceToText } from '../../src/format/index.ts';
import { GOLDEN_CASES } from '../golden/cases.ts';
import { smallV1Trace } from '../support/v1-builder.ts';

const GOLDEN = GOLDEN_CASES.map((golden) => golden.build());
const TEXTS = GOLDEN.flatMap((bytes) => {
  try {
    return [traceToText(bytes).split('\n')];
  } catch {
    return [];
  }
});
const SEEDS = [...GOLDEN, ...LEGACY_VERSIONS.map(smallV1Trace)];
const HEADERS = [5, 7, 10, 11, 19, 21, 22, 23, 25, 26, 27].map((minor) =>
  `go 1.${minor} trace`.padEnd(HEADER_SIZE, '\0'),
);

const BORDERS = ['0', '1', '2', '127', '128', '65536', '2147483647', '2147483648', '4294967296', '9007199254740991'];
BORDERS.push('9007199254740992', '9223372036854775807', '9223372036854775808', '18446744073709551615');

/** Numbers from 0 to `below`, always the same ones for a seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) ^ 0x5eed;
  }

  roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)]!;
  }
}

/** The input with a number. */
export function inputOf(number: number): Uint8Array {
  const dice = new Dice(number);
  const kind = dice.roll(12);
  if (kind < 4) return changeBytes(dice, dice.pick(SEEDS));
  if (kind < 7) return changeText(dice) ?? changeBytes(dice, dice.pick(SEEDS));
  if (kind < 9) return splice(dice, dice.pick(SEEDS), dice.pick(SEEDS));
  if (kind === 9) return noise(dice);
  if (kind === 10) return cut(dice, dice.pick(SEEDS));
  return repeat(dice, dice.pick(SEEDS));
}

function changeBytes(dice: Dice, seed: Uint8Array): Uint8Array {
  const bytes = [...seed];
  for (let changes = 1 + dice.roll(4); changes > 0 && bytes.length > HEADER_SIZE; changes--) {
    const at = HEADER_SIZE + dice.roll(bytes.length - HEADER_SIZE);
    switch (dice.roll(5)) {
      case 0:
        bytes[at]! ^= 1 << dice.roll(8);
        break;
      case 1:
        bytes[at] = dice.roll(256);
        break;
      case 2:
        bytes.splice(at, 0, dice.roll(256));
        break;
      case 3:
        bytes.splice(at, 1);
        break;
      case 4:
        // A number of ten bytes.
        bytes.splice(at, 1, ...Array.from({ length: 9 }, () => 0x80 | dice.roll(128)), dice.roll(3));
        break;
    }
  }
  return Uint8Array.from(bytes);
}

/** A sound file whose events are not; undefined when the text form cannot say it. */
function changeText(dice: Dice): Uint8Array | undefined {
  const lines = [...dice.pick(TEXTS)];
  for (let changes = 1 + dice.roll(3); changes > 0; changes--) {
    const at = 1 + dice.roll(lines.length - 1);
    const line = lines[at]!;
    switch (dice.roll(5)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, line);
        break;
      case 2:
        lines.splice(1 + dice.roll(lines.length - 1), 0, ...lines.splice(at, 1));
        break;
      default: {
        const numbers = [...line.matchAll(/=(\d+)/g)];
        if (numbers.length === 0) break;
        const { index, 0: found } = dice.pick(numbers);
        const value = dice.roll(3) === 0 ? dice.pick(BORDERS) : String(dice.roll(12));
        lines[at] = `${line.slice(0, index)}=${value}${line.slice(index + found.length)}`;
      }
    }
  }
  try {
    return textToTrace(lines.join('\n'));
  } catch {
    return undefined;
  }
}

function splice(dice: Dice, a: Uint8Array, b: Uint8Array): Uint8Array {
  const from = a.subarray(0, HEADER_SIZE + dice.roll(a.length - HEADER_SIZE + 1));
  const to = b.subarray(HEADER_SIZE + dice.roll(b.length - HEADER_SIZE + 1));
  return Buffer.concat([from, to]);
}

function noise(dice: Dice): Uint8Array {
  const size = dice.roll(200);
  const body = Uint8Array.from({ length: size }, () => (dice.roll(3) === 0 ? dice.roll(256) : dice.roll(60)));
  return dice.roll(8) === 0 ? body : Buffer.concat([Buffer.from(dice.pick(HEADERS), 'latin1'), body]);
}

function cut(dice: Dice, seed: Uint8Array): Uint8Array {
  return changeBytes(dice, seed).subarray(0, dice.roll(seed.length + 1));
}

/** The same events again and again. */
function repeat(dice: Dice, seed: Uint8Array): Uint8Array {
  const from = HEADER_SIZE + dice.roll(seed.length - HEADER_SIZE + 1);
  const part = seed.subarray(from, from + 1 + dice.roll(60));
  return Buffer.concat([
    seed.subarray(0, from),
    ...Array.from({ length: 1 + dice.roll(6) }, () => part),
    seed.subarray(from),
  ]);
}
