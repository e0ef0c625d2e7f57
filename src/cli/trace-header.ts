/** A look at the first bytes of a file, before anything is made of it. */
import { decompressed, TraceReader } from '../reader/index.ts';
import { inFile, openTrace } from './trace-file.ts';

/** @throws InputError when this is no trace at all */
export async function checkHeader(file: string): Promise<void> {
  const reader = new TraceReader();
  for await (const chunk of decompressed(await openTrace(file))) {
    reader.push(chunk);
    reader.next();
    if (reader.version !== undefined || reader.done) break;
  }
  reader.end();
  reader.next();
  if (reader.version === undefined) throw inFile(file, reader.problem);
}
