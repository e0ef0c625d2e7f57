import { describe, expect, it } from 'vitest';
import { isTraceparent, traceparentIn } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${PARENT}-01`;

describe('a traceparent', () => {
  it.each([
    VALID,
    `00-${TRACE}-${PARENT}-00`,
    `cc-${TRACE}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01-what-the-future-is`,
  ])('%s is valid', (text) => expect(isTraceparent(text)).toBe(true));

  it.each([
    '',
    VALID.toUpperCase(),
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${VALID}-more`,
    `${VALID}, ${VALID}`,
    ` ${VALID}`,
    `${VALID}\n`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01.what`,
    `cc-${TRACE}-${PARENT}-01-${'x'.repeat(300)}`,
    `0x-${TRACE}-${PARENT}-01`,
  ])('%j is not', (text) => expect(isTraceparent(text)).toBe(false));

  it('is found in raw headers whatever its case, once', () => {
    expect(traceparentIn(['Host', 'x', 'TraceParent', VALID])).toBe(VALID);
    expect(traceparentIn(['Host', VALID])).toBeUndefined();
    expect(traceparentIn(['traceparent', VALID, 'traceparent', VALID])).toBeUndefined();
    expect(traceparentIn(['traceparent', 'nonsense'])).toBeUndefined();
    expect(traceparentIn([])).toBeUndefined();
  });
});
