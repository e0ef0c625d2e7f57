import { describe, expect, it } from 'vitest';
import { captureCallSite } from './capture.ts';

function hook() {
  return captureCallSite(hook);
}

function order() {
  return hook();
}

class Shop {
  open() {
    return hook();
  }
}

describe('the call site below a hook', () => {
  it('is that of the innermost function, with its class, file and line', () => {
    const site = order()!;
    expect(site.func).toBe('order');
    expect(site.file).toMatch(/capture\.test\.ts$/);
    expect(site.line).toBeGreaterThan(1);
    expect(new Shop().open()!.func).toBe('Shop.open');
    expect([hook(), hook()].map((each) => each!.column)).not.toEqual([hook()!.column, hook()!.column]);
  });

  it('of a function without a name says where it is', () => {
    expect((() => hook())()!.func).toMatch(/^\(anonymous capture\.test\.ts:\d+\)$/);
  });

  it('skips built-ins, and is none below a pump of Node', async () => {
    expect([1].map(() => hook())[0]!.file).toMatch(/capture\.test\.ts$/);
    expect([1].map(hook)[0]!.func).not.toBe('map');
    const below = await new Promise((resolve) => {
      const direct = (): void => resolve(captureCallSite(direct));
      setImmediate(direct);
    });
    expect(below).toBeUndefined();
  });

  it('leaves what it needs of Error as it was, and says nothing when that cannot be changed', () => {
    const { prepareStackTrace, stackTraceLimit } = Error;
    expect(hook()).toBeDefined();
    expect([Error.prepareStackTrace, Error.stackTraceLimit]).toEqual([prepareStackTrace, stackTraceLimit]);
    Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false, configurable: true });
    try {
      expect(hook()).toBeUndefined();
      expect(Error.prepareStackTrace).toBe(prepareStackTrace);
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { value: stackTraceLimit, writable: true, configurable: true });
    }
  });
});
