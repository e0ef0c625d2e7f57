/** What `go tool pprof` reads out of a profile: per stack, count and value. */
import { execFileSync } from './child-process.ts';

/**
 * The samples of a profile by stack: `func file:line` per frame, innermost first; stacks that read the same are one.
 * Go keeps apart what differs in the machine instruction only.
 */
export function pprofSamples(file: string): Map<string, [count: number, value: number]> {
  const raw = execFileSync('go', ['tool', 'pprof', '-raw', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, samples = '', locations = ''] =
    /Samples:\n[^\n]*\n([\s\S]*?)^Locations\n([\s\S]*?)^Mappings/m.exec(raw) ?? [];
  const names = new Map<string, string>();
  // A frame of nothing, which the runtime writes now and then, is printed in two ways.
  for (const [, id, frame] of locations.matchAll(/^\s*(\d+): 0x[0-9a-f]+ (.*?)(?: s=\d+)?$/gm))
    names.set(
      id!,
      frame!
        .replace(/^M=\d+ /, '')
        .replace(/:(\d+):\d+$/, ':$1')
        .replace(/^ ?:0$/, ''),
    );
  const sums = new Map<string, [number, number]>();
  for (const [, count, value, ids] of samples.matchAll(/^\s*(\d+)\s+(\d+):([ \d]*)$/gm)) {
    const stack = ids!
      .trim()
      .split(/\s+/)
      .map((id) => names.get(id) ?? '')
      .join(' < ');
    const known = sums.get(stack) ?? [0, 0];
    sums.set(stack, [known[0] + Number(count), known[1] + Number(value)]);
  }
  return sums;
}
