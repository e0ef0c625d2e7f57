/** The facts of a trace for the top bar: name, versions, length, sizes. */
import { wordsOf } from '../../analysis/index.ts';
import { count, duration } from '../theme/numbers.ts';
import type { OpenTrace } from './open-trace.ts';

export interface Fact {
  readonly text: string;
  /** Shown on narrow pages too. */
  readonly short: boolean;
}

/** Name of the program as the trace states it, else of the file. */
export function traceTitle(trace: OpenTrace): string {
  const { command } = trace.model.info.facts;
  const name = typeof command === 'string' && command !== '' ? command : trace.fileName;
  return trace.names.clean(name.slice(name.lastIndexOf('/') + 1));
}

export function traceFacts(trace: OpenTrace): Fact[] {
  const { info, goroutines } = trace.model;
  const words = wordsOf(info.dialect);
  const events = info.events.reduce((a, b) => a + b, 0);
  const { platform } = info.facts;
  const soFar = trace.isPartial ? ' so far' : '';
  const fact = (text: string, short = false): Fact => ({ text: trace.names.clean(text), short });
  return [
    fact(versionOf(trace), true),
    ...(typeof platform === 'string' ? [fact(platform)] : []),
    fact(`${duration(info.end - info.start)}${soFar}`, true),
    fact(procsOf(trace)),
    fact(`${count(goroutines.count)} ${goroutines.count === 1 ? words.goroutine : words.goroutines}${soFar}`),
    fact(`${events >= 1e6 ? `${(events / 1e6).toFixed(2)} M` : count(events)} events${soFar}`),
  ];
}

/** `node 24.11`, or the version of the format of a Go trace, which does not state its Go version. */
function versionOf({ model: { info } }: OpenTrace): string {
  const { node } = info.facts;
  if (info.dialect === 'node' && node !== undefined) return `node ${String(node).split('.').slice(0, 2).join('.')}`;
  return `${info.dialect === 'node' ? 'node, ' : ''}go 1.${info.version} format`;
}

function procsOf({ model: { info, procs } }: OpenTrace): string {
  if (info.dialect === 'go') return `${procs.count} P`;
  const workers = procs.count - 1;
  return workers <= 0 ? 'main loop' : `main + ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
}
