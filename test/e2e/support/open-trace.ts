/** Traces as the page holds them, for unit tests of the viewer: what the worker does, in this process. */
import { loadTrace, type TraceModel } from '../../../src/analysis/index.ts';
import { OpenTrace } from '../../../src/viewer/state/open-trace.ts';
import { summarise } from '../../../src/viewer/worker/summarise.ts';
import { type ServiceOptions, syntheticTrace } from './synthetic-trace.ts';

export function openModel(model: TraceModel): OpenTrace {
  return new OpenTrace(model, summarise(model), 'test.trace');
}

export async function openSynthetic(options: ServiceOptions): Promise<OpenTrace> {
  return openModel(await loadTrace([syntheticTrace(options)]));
}
