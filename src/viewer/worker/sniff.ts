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

const beginsWith = (text: string) => (head: Uint8Array) =>
  startsWith(head, ...Array.from(text, (letter) => letter.charCodeAt(0)));

const RECORD = 'Record one: npx exectrace run -- node server.js';

const KINDS: readonly Kind[] = [
  {
    matches: (_, text) => /^\s*\{\s*"snapshot"/.test(text),
    title: 'This is a heap snapshot, not a trace',
    detail: 'Open it in Chrome DevTools, Memory, Load.',
  },
  {
    matches: (_, text) => /^\s*\{\s*"head"/.test(text),
    title: 'This is a heap profile of V8, not a trace',
    detail: 'Open it in Chrome DevTools, Memory, Load. For the heap over time, record a trace.',
  },
  {
    matches: (_, text) => /^\s*\{\s*"(nodes|typeId)"/.test(text),
    title: 'This is a CPU profile of V8, not a trace',
    detail: 'Open it in Chrome DevTools, Performance. A trace with CPU samples: exectrace run --cpu -- node server.js',
  },
  {
    matches: (_, text) => /"traceEvents"\s*:/.test(text) || /^\s*\[\s*\{\s*"(name|ph|ts|pid|cat|args)"/.test(text),
    title: 'This is a Chrome trace in JSON, not an execution trace',
    detail: 'Open it in Perfetto, or in Chrome DevTools, Performance.',
  },
  {
    matches: (_, text) => /^\s*\{\s*"resource(Spans|Logs|Metrics)"/.test(text),
    title: 'This is OpenTelemetry data, not an execution trace',
    detail: 'Send it to a tracing backend. An execution trace says what happened inside one process.',
  },
  {
    matches: (head) => startsWith(head, 0x7f, 0x45, 0x4c, 0x46) || startsWith(head, 0x4d, 0x5a),
    title: 'This is a program, not a trace',
    detail: RECORD,
  },
  {
    matches: (head) => startsWith(head, 0x50, 0x4b, 0x03, 0x04),
    title: 'This is a ZIP archive',
    detail: 'Take the trace out of it, and open that. Files packed with gzip or zstd can be opened as they are.',
  },
  {
    matches: (head) => startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a) || beginsWith('BZh')(head),
    title: 'This file is packed with xz or bzip2',
    detail: 'Unpack it first. Files packed with gzip or zstd can be opened as they are.',
  },
  {
    matches: beginsWith('PERFILE2'),
    title: 'This is data of Linux perf, not a trace',
    detail: 'Open it with perf report.',
  },
  {
    matches: (_, text) => /^\s*<(!doctype|html)/i.test(text),
    title: 'This is a web page, not a trace',
    detail: 'Was it saved from a login page or from an error? Check the address of the trace.',
  },
  {
    // A profile begins with its first value type, of two small numbers: type and unit.
    matches: (head) => startsWith(head, 0x0a) && head[1]! <= 12 && head[2] === 0x08,
    title: 'This is a pprof profile, not a trace',
    detail: 'Open it with go tool pprof. Go writes traces at /debug/pprof/trace?seconds=5.',
  },
  {
    matches: (head) => startsWith(head, 0x0a) && head.length > 2,
    title: 'This looks like a Perfetto trace or a pprof profile, not an execution trace',
    detail: 'Open it in Perfetto, or with go tool pprof.',
  },
  {
    matches: (_, text) => /^\s*[[{]/.test(text),
    title: 'This is JSON, not a trace',
    detail: RECORD,
  },
];

/** What a file is that begins with `head`; undefined if it is nothing known. */
export function recognise(head: Uint8Array): Message | undefined {
  const text = new TextDecoder('latin1').decode(head.subarray(0, 256));
  const kind = KINDS.find((candidate) => candidate.matches(head, text));
  return kind && { kind: 'error', title: kind.title, detail: kind.detail };
}
