/** Moving a model between threads without a copy. */
import type { TraceModel } from './model.ts';

/**
 * The buffers behind all columns of a model, each once: the transfer list for `postMessage(model, transferables(model))`.
 * After that the model is empty on this side.
 */
export function transferables(model: TraceModel): ArrayBuffer[] {
  const { strings: _strings, info: _info, ...tables } = model;
  return buffersOf(tables);
}

/** The buffers behind all typed arrays in a piece of plain data, each once. */
export function buffersOf(data: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const collect = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) collect(inner);
    }
  };
  collect(data);
  return [...buffers];
}
