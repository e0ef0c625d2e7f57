/** The model of the file that a command is pointed at. */
import { loadTrace, type TraceModel } from '../analysis/index.ts';
import { withProgress } from './progress.ts';
import { inFile, openTrace, warnOfProblem } from './trace-file.ts';

/**
 * Reads a trace. Of a damaged one, its good part is used and a warning printed.
 *
 * @throws InputError when the file is no trace
 */
export async function loadModel(file: string): Promise<TraceModel> {
  const model = await loadTrace(withProgress(file, await openTrace(file))).catch((error: unknown) => {
    throw inFile(file, error);
  });
  if (model.info.problem !== undefined) warnOfProblem(file, model.info.problem.message);
  return model;
}
