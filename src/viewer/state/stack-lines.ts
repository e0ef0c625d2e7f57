/** A stack as texts, innermost frame first: function, and file with line. */
import type { OpenTrace } from './open-trace.ts';

export interface FrameText {
  readonly func: string;
  /** File and line; empty where the trace knows none. */
  readonly place: string;
  /** It belongs to Node itself. */
  readonly internal: boolean;
}

export function stackLines(trace: OpenTrace, stack: number): FrameText[] {
  const { offset, func, file, line } = trace.model.stacks;
  const frames: FrameText[] = [];
  for (let at = offset[stack]!; at < offset[stack + 1]!; at++) {
    const path = trace.names.text(file[at]!);
    // What has no ending is no file.
    const place = path.includes('.') ? `${path}${line[at]! > 0 ? `:${line[at]}` : ''}` : '';
    frames.push({
      func: trace.names.text(func[at]!) || '(anonymous)',
      place,
      internal: path.startsWith('node:internal'),
    });
  }
  return frames;
}
