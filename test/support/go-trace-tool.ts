/** `go tool trace` as a judge: its profiles and its web pages, on one file. */

import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ChildProcess, execFileSync, LONG, spawn } from './child-process.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/exectrace-tests', import.meta.url));

/** The pages serve all tests of a file, ms. */
export const SERVED = 300_000;

/** The tool as a program of its own, so that ending it is ending one process; built once per version of Go. */
export function goTraceTool(): string {
  const version = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
  const tool = join(CACHE, `go-trace-${version}`);
  if (existsSync(tool)) return tool;
  mkdirSync(CACHE, { recursive: true });
  const own = `${tool}-${process.pid}`;
  execFileSync('go', ['build', '-o', own, 'cmd/trace'], { stdio: ['ignore', 'inherit', 'inherit'], timeout: LONG });
  renameSync(own, tool);
  return tool;
}

/** The tool's web server on a trace. */
export class GoTracePages {
  readonly #server: ChildProcess;
  readonly #origin: string;

  private constructor(server: ChildProcess, origin: string) {
    this.#server = server;
    this.#origin = origin;
  }

  static async open(trace: string): Promise<GoTracePages> {
    const server = spawn(goTraceTool(), ['-http=127.0.0.1:0', trace], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, BROWSER: 'true' },
      timeout: SERVED,
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: server.stderr })) {
      const match = /listening on (http:\S+)/.exec(line);
      if (match?.[1] !== undefined) return new GoTracePages(server, match[1]);
      said.push(line);
    }
    throw new Error(`go tool trace ended: ${said.join(' ')}`);
  }

  async text(path: string): Promise<string> {
    return (await this.#get(path)).text();
  }

  async bytes(path: string): Promise<Buffer> {
    return Buffer.from(await (await this.#get(path)).arrayBuffer());
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(this.#origin + path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async close(): Promise<void> {
    if (this.#server.exitCode !== null) return;
    const exit = once(this.#server, 'exit');
    this.#server.kill();
    await exit;
  }
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A duration as Go prints it, `1m2.5s`, in ns. */
export function goDuration(text: string): number {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(h|ms|m|s|µs|ns)/g)) sum += Number(number) * UNITS[unit!]!;
  return Math.round(sum);
}

/** Cells of the rows of the tables of a page, as texts. */
export function tableRows(page: string): string[][] {
  const rows = page.match(/<tr[^>]*>[\s\S]*?<\/tr>/g) ?? [];
  return rows.map((row) =>
    (row.match(/<t[dh][^>]*>[\s\S]*?(?=<t[dh]|<\/tr>)/g) ?? []).map((cell) =>
      cell
        .replace(/<[^>]*>/g, ' ')
        .replace(/&nbsp;/g, ' ')
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        .replace(/&amp;/g, '&')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
}

/**
 * Makes one of both kinds of syscall time, for goroutines of which Go does not tell them apart well: one that is found in a
 * syscall has blocked time up to the mention and executing time from then on, whether it has a proc or not.
 */
export function mergeSyscalls(buckets: Map<string, number>): void {
  const blocked = buckets.get('Block time (syscall)') ?? 0;
  buckets.delete('Block time (syscall)');
  const both = blocked + (buckets.get('Syscall execution time') ?? 0);
  if (both > 0) buckets.set('Syscall execution time', both);
}
