import { expect, it } from 'vitest';
import {
  AWAIT_REASON,
  firstWaitOf,
  hasCallbacks,
  isOneShot,
  KIND_FILE,
  kindOf,
  kindWord,
  madeName,
  reasonOf,
  StrandKind,
  worksForCreator,
} from './node-kinds.ts';

/** Types that Node gives to async_hooks; why one waits for them, and whether they call back once. */
const TYPES: readonly (readonly [type: string, reason: string, oneShot: boolean])[] = [
  ['Timeout', 'sleep', true],
  ['Interval', 'sleep', false],
  ['Immediate', 'immediate', true],
  ['TickObject', 'nextTick', true],
  ['FSREQCALLBACK', 'fs', true],
  ['FSREQPROMISE', 'fs', true],
  ['FILEHANDLE', 'event loop', false],
  ['FILEHANDLECLOSEREQ', 'fs', true],
  ['FSEVENTWRAP', 'fs', false],
  ['STATWATCHER', 'fs', false],
  ['DIRHANDLE', 'event loop', false],
  ['BLOBREADER', 'fs', false],
  ['GETADDRINFOREQWRAP', 'dns', true],
  ['GETNAMEINFOREQWRAP', 'dns', true],
  ['QUERYWRAP', 'dns', true],
  ['DNSCHANNEL', 'dns', false],
  ['HTTPINCOMINGMESSAGE', 'next request', false],
  ['TCPSERVERWRAP', 'next connection', false],
  ['PIPESERVERWRAP', 'next connection', false],
  ['TCPWRAP', 'network', false],
  ['PIPEWRAP', 'network', false],
  ['UDPWRAP', 'network', false],
  ['TLSWRAP', 'network', false],
  ['HTTPCLIENTREQUEST', 'network', false],
  ['HTTP2SESSION', 'network', false],
  ['JSSTREAM', 'network', false],
  ['TCPCONNECTWRAP', 'network', true],
  ['PIPECONNECTWRAP', 'network', true],
  ['WRITEWRAP', 'network', true],
  ['SHUTDOWNWRAP', 'network', true],
  ['PBKDF2REQUEST', 'crypto', true],
  ['RANDOMBYTESREQUEST', 'crypto', true],
  ['SCRYPTREQUEST', 'crypto', true],
  ['KEYPAIRGENREQUEST', 'crypto', true],
  ['HASHREQUEST', 'crypto', true],
  ['SIGNREQUEST', 'crypto', true],
  ['VERIFYREQUEST', 'crypto', true],
  ['DERIVEBITSREQUEST', 'crypto', true],
  ['ZLIB', 'zlib', false],
  ['PROCESSWRAP', 'child process', false],
  ['SIGNALWRAP', 'child process', false],
  ['MESSAGEPORT', 'chan receive', false],
  ['WORKER', 'chan receive', false],
  ['Microtask', 'async resource', true],
  ['MyOwnResource', 'async resource', false],
  ['', 'async resource', false],
];

it.each(TYPES)('%s: one waits for "%s"; ends with its first callback: %s', (type, reason, oneShot) => {
  expect([reasonOf(type), isOneShot(type)]).toEqual([reason, oneShot]);
});

it.each(TYPES)('%s is the kind again that its word stands for', (type) => {
  expect(kindOf(kindWord(type), KIND_FILE)).toBe(type);
});

it('keeps a type of the program apart that is called like a word', () => {
  expect(kindWord('Timeout')).toBe('timer');
  expect(kindOf(kindWord('timer'), KIND_FILE)).toBe('timer (own)');
});

it.each([
  ['Timeout', KIND_FILE, 'Timeout', 'sleep'],
  [madeName('Shop.read', 'FSREQPROMISE'), 'shop.js', 'FSREQPROMISE', 'fs'],
  [madeName('anonymous in read', 'TCPWRAP'), 'shop.js', 'TCPWRAP', 'network'],
  [madeName('read', StrandKind.ResolveJob), 'shop.js', StrandKind.ResolveJob, AWAIT_REASON],
  ['Shop.read', 'shop.js', StrandKind.AsyncFunction, AWAIT_REASON],
  ['shop.js:12', 'shop.js', StrandKind.AsyncFunction, AWAIT_REASON],
])('%s in %s is of kind %s and waits for "%s"', (func, file, kind, reason) => {
  expect([kindOf(func, file), firstWaitOf(func, file)]).toEqual([kind, reason]);
});

it.each([
  ['loadOrder', 'orders.js', 'sync (await)', true],
  // A function may be called like a type.
  ['TCPWRAP', 'wrap.js', 'sync (await)', true],
  [StrandKind.AsyncFunction, KIND_FILE, 'sync (await)', true],
  [StrandKind.ResolveJob, KIND_FILE, 'sync (await)', true],
  ['FSREQPROMISE', KIND_FILE, 'fs', true],
  ['Timeout', KIND_FILE, 'sleep', true],
  ['TCPWRAP', KIND_FILE, 'network', false],
  [StrandKind.NextTick, KIND_FILE, 'async resource', false],
])('a strand named %s in %s first waits for "%s"; works for its creator: %s', (func, file, reason, follows) => {
  expect(firstWaitOf(func, file)).toBe(reason);
  expect(worksForCreator(func, file)).toBe(follows);
});

it('knows the types that never call back', () => {
  expect(hasCallbacks('FILEHANDLE')).toBe(false);
  expect(hasCallbacks('FILEHANDLECLOSEREQ')).toBe(true);
  expect(hasCallbacks('SomethingNew')).toBe(true);
});
