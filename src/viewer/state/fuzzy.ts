/**
 * Fuzzy matching for the palette: the typed letters must occur in order; what is contiguous, and what begins a word, is
 * better. Small on purpose: lists are short, and a surprising order is worse than a missed match.
 */

/** Bonus for a letter that follows the one before, that begins a word, and for a match at the very beginning. */
const FOLLOWS = 6;
const BEGINS_WORD = 8;
const BEGINS_ALL = 6;
/** Letters skipped cost a little, so that the tighter match wins. */
const SKIPPED = 0.2;

/** How well a text matches; undefined if it does not. Greater is better. Spaces in what is typed match anything. */
export function fuzzyScore(typed: string, text: string): number | undefined {
  const wanted = typed.toLowerCase().replace(/\s+/g, '');
  const lower = text.toLowerCase();
  if (wanted === '') return 0;
  const whole = lower.indexOf(typed.trim().toLowerCase());
  if (whole >= 0) return 1000 - text.length * SKIPPED + (beginsWord(text, whole) ? 100 : 0) + (whole === 0 ? 50 : 0);
  let score = 0;
  let last = -1;
  for (const letter of wanted) {
    const at = nextBest(text, lower, letter, last + 1);
    if (at < 0) return undefined;
    if (at === last + 1 && last >= 0) score += FOLLOWS;
    if (beginsWord(text, at)) score += BEGINS_WORD;
    if (at === 0) score += BEGINS_ALL;
    score -= (at - last - 1) * SKIPPED;
    last = at;
  }
  return score;
}

/** The letter right here, else where it begins a word, else wherever it is next. */
function nextBest(text: string, lower: string, letter: string, from: number): number {
  if (lower[from] === letter) return from;
  for (let at = lower.indexOf(letter, from); at >= 0; at = lower.indexOf(letter, at + 1)) {
    if (beginsWord(text, at)) return at;
  }
  return lower.indexOf(letter, from);
}

/** Behind a sign, or a capital behind a small letter: `loadOrder`, `http.(*conn).serve`. */
function beginsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const [before, here] = [text[at - 1]!, text[at]!];
  if (/[\p{L}\p{N}]/u.test(before)) return /\p{Lu}/u.test(here) && /\p{Ll}/u.test(before);
  return /[\p{L}\p{N}]/u.test(here);
}

/** What matches, best first; what is equally good stays in its order. */
export function fuzzyPick<T>(typed: string, from: readonly T[], text: (item: T) => string, most: number): T[] {
  return from
    .map((item) => ({ item, score: fuzzyScore(typed, text(item)) }))
    .filter((match): match is { item: T; score: number } => match.score !== undefined)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
