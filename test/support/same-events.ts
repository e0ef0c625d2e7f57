/**
 * Compares two texts of the events of a trace before 1.22. Where ticks of several procs tie, Go's tools take them in the
 * order of a map, which differs from run to run: there, and only there, the order is free.
 */

/** The most events that tie. */
const LONGEST_TIE = 128;
/** What may lie between the times of events that tied and were set apart: 1 ns for each. */
const TIE_LENGTH = 128;

/**
 * Where two lists of lines differ, as a sentence; undefined when they do not. A line begins with its time.
 *
 * @param shown what is compared of a line, its time apart
 */
export function differenceButForTies(
  ours: readonly string[],
  gos: readonly string[],
  shown: (line: string) => string = (line) => line,
): string | undefined {
  const split = (lines: readonly string[]) =>
    lines.map((line) => {
      const end = line.indexOf(' ');
      return { time: Number(line.slice(0, end)), text: shown(line.slice(end + 1)) };
    });
  const own = split(ours);
  const go = split(gos);
  const length = Math.max(own.length, go.length);
  for (let at = 0; at < length; ) {
    const size = tieAt(own, go, at);
    if (size === 0) return `line ${at}: ours "${ours[at]}", Go's "${gos[at]}"`;
    at += size;
  }
  return undefined;
}

interface Line {
  readonly time: number;
  readonly text: string;
}

/** How many lines from `at` on are the same in some order; 0 when they are not. */
function tieAt(own: readonly Line[], go: readonly Line[], at: number): number {
  const open = new Map<string, number>();
  const count = (text: string, change: number) => {
    const left = (open.get(text) ?? 0) + change;
    if (left === 0) open.delete(text);
    else open.set(text, left);
  };
  for (let i = at; i < at + LONGEST_TIE; i++) {
    const ours = own[i];
    const gos = go[i];
    if (ours === undefined || gos === undefined || ours.time !== gos.time) return 0;
    if (ours.time > own[at]!.time + TIE_LENGTH) return 0;
    count(ours.text, 1);
    count(gos.text, -1);
    if (open.size === 0) return i + 1 - at;
  }
  return 0;
}
