/**
 * What an explanation is made of: sentences whose words may lead on to the strand, interval or task that they name.
 * Text, not markup: whoever shows it decides what a link looks like.
 */

/** A piece of a sentence; -1 where it leads nowhere. */
export interface TextPart {
  readonly text: string;
  readonly goroutine: number;
  /** Interval row of that goroutine that is meant, or -1 for all of it. */
  readonly row: number;
  readonly task: number;
}

export type Sentence = readonly TextPart[];

/** Why a stretch of a row looks as it does. */
export interface Explanation {
  /** Who, in which state, for how long. */
  readonly title: string;
  /** Why: whole sentences, the most important first. */
  readonly why: readonly Sentence[];
  /** The stretch, ns. */
  readonly start: number;
  readonly end: number;
  /** What ended it; undefined where nothing is known of that. */
  readonly endedBy: TextPart | undefined;
  /** A time in it was inferred, not read. */
  readonly inferred: boolean;
}

/** Words that lead nowhere. */
export function plain(text: string): TextPart {
  return { text, goroutine: -1, row: -1, task: -1 };
}

/** A sentence of plain words. */
export function say(text: string): Sentence {
  return [plain(text)];
}

/** A sentence without its links. */
export function textOf(sentence: Sentence): string {
  return sentence.map((part) => part.text).join('');
}
