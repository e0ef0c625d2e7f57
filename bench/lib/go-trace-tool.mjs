/** `go tool trace` as the other side of a comparison: a process of its own, so that its clocks and memory are its own. */
import { execFileSync, spawn } from 'node:child_process';

/**
 * Starts the tool's server on a trace and returns { child, url } when it listens. Whoever starts it ends the child.
 *
 * @param started gets the child at once; when it is killed before it listens, the promise is rejected
 */
export async function startGoTraceTool(file, started = () => {}) {
  const tool = execFileSync('go', ['tool', '-n', 'trace'], { encoding: 'utf8' }).trim();
  const child = spawn(tool, ['-http=127.0.0.1:0', file], { env: { ...process.env, BROWSER: 'true' } });
  started(child);
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
      const [found] = /http:\/\/\S+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`go tool trace ended: ${said}`)));
  });
  return { child, url };
}
