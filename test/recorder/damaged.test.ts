/** An installation that lacks a file: the program runs as ever, and its user learns that there will be no trace. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nodeBinary, testedMajors } from '../../scripts/node-versions.mjs';
import { execFile } from '../support/child-process.ts';

it.each(testedMajors())('says that nothing is recorded, on Node %i', async (major) => {
  const folder = mkdtempSync(join(tmpdir(), 'exectrace-damaged-'));
  try {
    const preload = join(folder, 'preload.cjs');
    copyFileSync(fileURLToPath(new URL('../../dist/recorder/preload.cjs', import.meta.url)), preload);
    const { stdout, stderr } = await execFile(nodeBinary(major)!, ['--require', preload, '-e', 'console.log("runs")']);
    expect(stdout).toBe('runs\n');
    expect(stderr).toMatch(/exectrace cannot be loaded, so nothing is recorded: .*register\.js/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
