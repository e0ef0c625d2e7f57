/**
 * Fuzzes the reader, the text form and the analyses with as many inputs as one likes, on all cores:
 *
 *     npm run fuzz -- 10000000
 *
 * Every input is made from its number (test/fuzz/inputs.ts), so a run can be continued: a second argument is the first
 * number. What breaks is written to a temporary folder whose name is printed; keep it in test/fuzz/found. The code is
 * bundled once, so that a process costs nothing but its inputs.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const inputs = Number(process.argv[2] ?? 1_000_000);
const from = Number(process.argv[3] ?? 0);
if (!(inputs > 0) || !(from >= 0)) {
  console.error('usage: npm run fuzz -- INPUTS [FROM]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'exectrace-fuzz-code-'));
try {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'test/fuzz/main.ts',
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'main.mjs' } },
    },
    ssr: { noExternal: true },
  });
  const processes = availableParallelism();
  const each = Math.ceil(inputs / processes);
  const begin = Date.now();
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, i) => {
      const child = spawn(process.execPath, [join(folder, 'main.mjs'), String(from + i * each), String(each)], {
        cwd: root,
        stdio: 'inherit',
      });
      return new Promise((resolve) => child.once('exit', resolve));
    }),
  );
  console.log(`${each * processes} inputs in ${Math.round((Date.now() - begin) / 1000)} s`);
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
