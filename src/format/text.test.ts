import { describe, expect, test } from 'vitest';
import { TraceFormatError } from './errors.ts';
import { quoteBytes, quoteString, unquoteBytes } from './go-quote.ts';
import { textToTrace, traceToText } from './text.ts';

function problem(text: string): TraceFormatError {
  try {
    textToTrace(text);
  } catch (error) {
    if (error instanceof TraceFormatError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('text form', () => {
  test('has the layout of Go', () => {
    const text = [
      'Trace Go1.25',
      'EventBatch gen=1 m=18446744073709551615 time=9 size=9',
      'Strings',
      'String id=1',
      '\tdata="a\\"b\\x00\\xff\\n"',
      'Stack id=5 nframes=2',
      '\tpc=1241251 func=3 file=6 line=124',
      '\tpc=7534345 func=6 file=3 line=64',
      'GoBlock dt=1 reason_string=1 stack=5',
      '',
    ].join('\n');
    expect(traceToText(textToTrace(text))).toBe(text);
  });

  test('comments and blank lines are skipped', () => {
    const text = '# a trace\n\nTrace Go1.22 # old\n  # nothing\nProcStop dt=1 # ends\n';
    expect(traceToText(textToTrace(text))).toBe('Trace Go1.22\nProcStop dt=1\n');
  });

  test.each([
    ['', 1, 'expected a first line'],
    ['Trace Go1.24\n', 1, 'format 1.24 has no text form'],
    ['Trace Go1.22\nGoSwitch dt=1 g=1 g_seq=1\n', 2, 'format 1.22 has no event GoSwitch'],
    ['Trace Go1.22\nNothing\n', 2, 'has no event Nothing'],
    ['Trace Go1.22\n\nProcStop\n', 3, 'expected 1 arguments, found 0'],
    ['Trace Go1.22\nProcStop time=1\n', 2, 'expected dt=NUMBER, found time=1'],
    ['Trace Go1.22\nProcStop dt=18446744073709551616\n', 2, 'more than 64 bits'],
    ['Trace Go1.22\nStack id=1 nframes=1\n', 2, 'ends inside a stack'],
    ['Trace Go1.22\nString id=1\n\tdata="\\q"\n', 3, 'expected a line like data='],
  ])('%j is refused with its line', (text, line, message) => {
    const error = problem(text);
    expect([error.code, error.offset]).toEqual(['bad-text', line]);
    expect(error.message).toContain(message);
  });
});

describe("Go's quoting", () => {
  test.each([
    ['plain', '"plain"'],
    ['tab\tquote"back\\', '"tab\\tquote\\"back\\\\"'],
    ['\u0000\u001f\u007f', '"\\x00\\x1f\\x7f"'],
    ['é世𝄞', '"é世𝄞"'],
    ['\u00a0\u200b\ufeff\u{e0001}', '"\\u00a0\\u200b\\ufeff\\U000e0001"'],
  ])('%j', (text, quoted) => {
    expect(quoteString(text)).toBe(quoted);
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(unquoteBytes(quoted))).toBe(text);
  });

  test('bytes that are not UTF-8 stay as they are', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xc3, 0xed, 0xa0, 0x80, 0xef, 0xbf, 0xbd);
    expect(quoteBytes(bytes)).toBe('"a\\xff\\xc3\\xed\\xa0\\x80\ufffd"');
    expect(unquoteBytes(quoteBytes(bytes))).toEqual(bytes);
  });

  test('the other ways to write a string are read too', () => {
    expect(unquoteBytes('`a\\n`')).toEqual(Uint8Array.of(0x61, 0x5c, 0x6e));
    expect(unquoteBytes('"\\101"')).toEqual(Uint8Array.of(0x41));
    for (const bad of ['', '"', 'a', '"a', '"\\"', '"\\ud800"', '"\\U00110000"', '"a"b"', '`a`b`']) {
      expect(unquoteBytes(bad)).toBeUndefined();
    }
  });
});
