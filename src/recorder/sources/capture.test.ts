import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { captureCallSite, captureProgramSite, shownCallSite } from './capture.ts';

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

  it('of a function without a name is called after the one that it is in', () => {
    expect(
      (() => {
        const outside = hook;
        return outside();
      })()!.hasName,
    ).toBe(false);
    function outer() {
      return [1].map(() => hook())[0];
    }
    expect(outer()).toMatchObject({ func: 'anonymous in outer', hasName: false });
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

  it('is that of the program, though Node has called the hook for code of its own', async () => {
    const frame = await new Promise<string>((resolve) => {
      const called = (): void => resolve(captureProgramSite(called)?.func ?? '');
      function ask(): void {
        new EventEmitter().on('now', called).emit('now');
      }
      ask();
    });
    expect(frame).toBe('ask');
  });

  it('is shown as the stack traces of the program show it', () => {
    const { prepareStackTrace } = Error;
    const site = order()!;
    try {
      Error.prepareStackTrace = (_, [frame]) => `Error\n    at ${frame!.getFunctionName()} (/src/order.ts:7:3)`;
      expect(shownCallSite(site)).toMatchObject({ func: 'order', file: '/src/order.ts', line: 7, column: 0 });
      Error.prepareStackTrace = () => 'what a program makes of it';
      expect(shownCallSite(site)).toEqual(site);
      Error.prepareStackTrace = () => {
        throw new Error('out of its mind');
      };
      expect(shownCallSite(site)).toEqual(site);
    } finally {
      Error.prepareStackTrace = prepareStackTrace!;
    }
  });
});
