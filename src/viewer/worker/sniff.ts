/**
 * Says what a file is that is not a trace, from its first bytes, so that the message can name the tool that opens it.
 */
import type { Message } from '../state/phase.ts';

interface Kind {
  readonly matches: (head: Uint8Array, text: string) => boolean;
  readonly title: string;
  readonly detail: string;
}

const startsWith = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);

const KINDS: readonly Kind[] = [
  {
    matches: (_, text) => /^\s*\{\s*"snapshot"/.test(text),
    title: 'This is a heap snapshot, not a trace',
    detail: 'Open it in Chrome DevTools, Memory.',
  },
  {
    matches: (_, text) => /^\s*\{\s*"(nodes|head)"/.test(text),
    title: 'This is a CPU or heap profile of V8, not a trace',
    detail: 'Open it in Chrome DevTools, Performance or Memory.',
  },
  {
    matches: (_, text) => /^\s*(\{\s*"traceEvents"|\[\s*\{\s*")/.test(text),
    title: 'This is a Chrome trace in JSON, not an execution trace',
    detail: 'Open it in Perfetto or Chrome DevTools, Performance.',
  },
  {
    matches: (head) => startsWith(head, 0x7f, 0x45, 0x4c, 0x46) || startsWith(head, 0x4d, 0x5a),
    title: 'This is a program, not a trace',
    detail: 'Record one: npx exectrace run -- node server.js',
  },
  {
    matches: (_, text) => /^\s*<(!doctype|html)/i.test(text),
    title: 'This is a web page, not a trace',
    detail: 'Check the address of the trace.',
  },
  {
    matches: (head) => head[0] === 0x0a && head.length > 2,
    title: 'This looks like a pprof profile, not a trace',
    detail: 'Open it with go tool pprof.',
  },
];

/** What a file is that begins with `head`; undefined if it is nothing known. */
export function recognise(head: Uint8Array): Message | undefined {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 256));
  const kind = KINDS.find((candidate) => candidate.matches(head, text));
  return kind && { kind: 'error', title: kind.title, detail: kind.detail };
}
