/**
 * Records programs that this project did not write, under load, and says what became of it: docs/real-programs.md.
 *
 *   node scripts/real-programs.mjs [--node PATH] [--only NAME] [--keep] [--seconds 3]
 *
 * The programs are small services and suites on well-known packages (scripts/real-programs/), which are installed from
 * the registry, without their scripts, into a temporary folder. Each is run as the README says, by `exectrace run`;
 * every trace is then read by `exectrace stat`, by the script that counts names, and by Go's own reader if there is a Go
 * toolchain. Ends with status 1 when a program fails, a reader refuses a trace, or too few strands have names.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, createReadStream, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTrace, taskTypes } from '../dist/analysis/index.js';
import { describeShares, nameShares } from './name-shares.mjs';

const EXECTRACE = fileURLToPath(new URL('../bin/exectrace.js', import.meta.url));
const SOURCES = fileURLToPath(new URL('real-programs/', import.meta.url));
/** Least share of strands with a function's name, where the program is the judge's own choice. */
const LEAST_SHARE = 0.95;
const LISTED_KINDS = 4;

/**
 * `command` is run in the folder. A service says `listens on URL`, gets each of `load` in turn, where URL is put in for
 * `$URL` and `$SECONDS` for seconds, and is ended by SIGTERM. `names` says that most strands must be named.
 */
const PROGRAMS = [
  {
    name: 'fastify',
    command: ['$NODE', 'fastify-app.mjs'],
    load: http('/orders/7', '/summary', '/orders/999'),
    names: true,
  },
  {
    name: 'express',
    command: ['$NODE', 'express-app.mjs'],
    load: http('/orders/7', '/summary', '/orders/999'),
    names: true,
  },
  {
    name: 'nestjs',
    command: ['$NODE', 'built/nest-app.js'],
    load: http('/orders/7', '/summary', '/orders/999'),
  },
  {
    name: 'socket.io',
    command: ['$NODE', 'socket-app.mjs'],
    load: [['socket-load.mjs', '$URL', '$SECONDS']],
    names: true,
  },
  { name: 'piscina', command: ['$NODE', 'piscina-app.mjs'], load: undefined },
  { name: 'vitest', command: ['$NODE', 'node_modules/vitest/vitest.mjs', 'run', '--dir', 'vitest'], load: undefined },
  { name: 'jest', command: ['$NODE', 'node_modules/jest/bin/jest.js', '--no-cache'], load: undefined },
];

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    only: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    keep: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'exectrace-real-'));
const hasGo = spawnSync('go', ['version']).status === 0;
if (!hasGo) console.log('no Go toolchain: the verdict of its reader is skipped');
let failures = 0;
try {
  install();
  for (const program of PROGRAMS) {
    if (options.only === undefined || options.only === program.name) await record(program);
  }
} finally {
  if (options.keep) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function http(...paths) {
  const cannon = 'node_modules/autocannon/autocannon.js';
  return paths.map((path) => [cannon, '-c', '8', '-d', '$SECONDS', `$URL${path}`]);
}

function install() {
  cpSync(SOURCES, folder, { recursive: true });
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  must(spawnSync('npm', ['install', ...flags], { cwd: folder, encoding: 'utf8' }));
  const compiler = [
    'node_modules/typescript/bin/tsc',
    'nest-app.ts',
    '--ignoreConfig',
    '--outDir',
    'built',
    '--sourceMap',
  ];
  const dialect = ['--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', '--types', 'node'];
  const decorators = ['--experimentalDecorators', '--emitDecoratorMetadata', '--noCheck'];
  must(spawnSync(process.execPath, [...compiler, ...dialect, ...decorators], { cwd: folder, encoding: 'utf8' }));
}

function must({ status, stdout, stderr }) {
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
}

async function record({ name, command, load, names = false }) {
  const trace = join(folder, `${name}.trace`);
  const words = command.map((word) => (word === '$NODE' ? options.node : word));
  console.log(`\n== ${name}: exectrace run -o ${name}.trace -- ${['node', ...words.slice(1)].join(' ')}`);
  const child = spawn(process.execPath, [EXECTRACE, 'run', '-o', trace, '--', ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  const said = [];
  child.stderr.on('data', (data) => said.push(data));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => said.push(`${line}\n`));
  if (load !== undefined) await drive(child, lines, load);
  const [code] = await exit;
  if (code !== 0) fail(`it ended with status ${code}:\n${said.join('')}`);
  else if (load === undefined) console.log(said.join('').trim().split('\n').slice(-4).join('\n'));
  const files = readdirSync(folder).filter((file) => file.startsWith(`${name}`) && file.endsWith('.trace'));
  for (const file of files) await look(join(folder, file), names);
}

/** Waits until the service listens, puts load on it, and ends it. */
async function drive(child, lines, load) {
  const url = await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const match = /listens on (http:\S+)/.exec(line);
      if (match) resolve(match[1]);
    });
    child.once('exit', () => reject(new Error('the service ended before it listened')));
  });
  for (const words of load) {
    const args = words.map((word) => word.replace('$URL', url).replace('$SECONDS', options.seconds));
    const { status, stderr, stdout } = await finished(spawn(process.execPath, args, { cwd: folder }));
    if (status !== 0) fail(`the load ended with status ${status}: ${stderr}`);
    const summary = `${stdout}${stderr}`.split('\n').filter((line) => /requests in|messages$/.test(line));
    console.log(`${args.at(-1).replace(url, '')} ${summary.join('')}`);
  }
  child.kill('SIGTERM');
}

async function finished(child) {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}

/** What the readers say of a trace. */
async function look(file, names) {
  const stat = spawnSync(process.execPath, [EXECTRACE, 'stat', '--json', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (stat.status !== 0) fail(`exectrace stat: ${stat.stderr}`);
  const { facts, events, lost, problem } = JSON.parse(stat.stdout);
  console.log(`${basename(file)}: ${facts.command}, Node ${facts.node}: ${events.total} events, ${lost} records lost`);
  if (problem !== undefined) fail(problem.message);
  const model = await loadTrace(createReadStream(file));
  const shares = nameShares(model);
  console.log(`  ${describeShares(shares)}`);
  if (names && shares.named < shares.strands * LEAST_SHARE) fail('too few strands have names');
  const kinds = taskTypes(model).slice(0, LISTED_KINDS);
  if (kinds.length > 0) console.log(`  tasks: ${kinds.map((kind) => `${kind.name} ×${kind.tasks.length}`).join(', ')}`);
  if (!hasGo || !existsSync(file)) return;
  const go = spawnSync('go', ['tool', 'trace', '-d=parsed', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (go.status === 0) console.log("  Go's reader accepts it");
  else fail(`Go's reader: ${go.stderr}`);
}

function fail(message) {
  failures++;
  console.log(`  FAILED: ${message}`);
}
