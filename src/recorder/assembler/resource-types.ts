/**
 * What is known of the types of async resources: why code waits for them, and whether they end with their first
 * callback. Rules are data, first match wins; a type that none names is 'async resource' and runs any number of times.
 *
 * Reasons are Go's words where Go has one, as its profiles go by them ('network', 'sleep', 'chan receive', 'sync …').
 */

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(Timeout|Interval|TIMERWRAP|Timer)/, 'sleep'],
  [/^Immediate/, 'immediate'],
  [/^TickObject$/, 'nextTick'],
  [/^(FSREQ|FILEHANDLE|STATWATCHER|FSEVENT|DIRHANDLE|BLOBREADER)/, 'fs'],
  [/^(GETADDRINFO|GETNAMEINFO|QUERYWRAP|DNSCHANNEL)/, 'dns'],
  // A server's parser waits for whatever a client may send next: that is idleness, not work in progress.
  [/^HTTPINCOMINGMESSAGE$/, 'next request'],
  [/^(TCP|PIPE)SERVERWRAP$/, 'next connection'],
  [/(TCP|PIPE|UDP|TLS|HTTP|QUIC|STREAM|WRITEWRAP|SHUTDOWNWRAP|Socket|Server)/i, 'network'],
  [/(REQUEST|JOB)$/, 'crypto'],
  [/^ZLIB/, 'zlib'],
  [/^(PROCESSWRAP|SIGNALWRAP)/, 'child process'],
  [/^(MESSAGEPORT|WORKER)/, 'chan receive'],
];

const ONE_SHOT = new Set([
  'Immediate',
  'Timeout',
  'Microtask',
  'TickObject',
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
  'QUERYWRAP',
  'WRITEWRAP',
  'SHUTDOWNWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
  'PBKDF2REQUEST',
  'RANDOMBYTESREQUEST',
  'RANDOMPRIMEREQUEST',
  'CHECKPRIMEREQUEST',
  'SCRYPTREQUEST',
  'KEYPAIRGENREQUEST',
  'KEYGENREQUEST',
  'KEYEXPORTREQUEST',
  'CIPHERREQUEST',
  'DERIVEBITSREQUEST',
  'HASHREQUEST',
  'SIGNREQUEST',
  'VERIFYREQUEST',
]);

/** Why code waits for a resource of this type. */
export function reasonOf(type: string): string {
  return REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? 'async resource';
}

/** Reasons for which the event loop does not ask the outside world. */
const NOT_POLLED = new Set(['sleep', 'immediate', 'nextTick', 'async resource']);

/** Whether what waits for this reason is ready when the loop, asking the outside world, finds it so. */
export function isPolled(reason: string): boolean {
  return !NOT_POLLED.has(reason);
}

/** Whether a resource of this type ends with its first callback. */
export function isOneShot(type: string): boolean {
  return ONE_SHOT.has(type);
}
