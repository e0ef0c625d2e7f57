/**
 * `exectrace COMMAND …`: finds the command, runs it, and turns what goes wrong into one message and an exit status.
 */
import { readFileSync } from 'node:fs';
import { type Command, commandHelp } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_BAD_INPUT, EXIT_OK, EXIT_USAGE, explain, UsageError } from './errors.ts';
import { suggestion } from './nearest.ts';
import { complain, write } from './output.ts';

/**
 * Runs the command line.
 *
 * @param args what follows the program's name
 * @returns the exit status: 0, 1 for input that does not serve, 2 for misuse
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    const message = explain(error);
    if (message === undefined) throw error;
    complain(message);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_BAD_INPUT;
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h') return print(help());
  if (first === '--version' || first === '-v') return print(`${version()}\n`);
  const command = first === 'help' ? commandNamed(rest[0]) : commandNamed(first);
  if (command === undefined) return print(help());
  return first === 'help' || asksForHelp(rest) ? print(commandHelp(command)) : await command.run(rest);
}

/** `--help` behind `--` is for the program that is run. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

async function print(text: string): Promise<number> {
  await write(text);
  return EXIT_OK;
}

function commandNamed(name: string | undefined): Command | undefined {
  if (name === undefined) return undefined;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  const known = kind === 'option' ? ['--help', '--version'] : COMMANDS.map((candidate) => candidate.name);
  throw new UsageError(
    `exectrace has no ${kind} ${name}.${suggestion(name, known)} "exectrace --help" lists what there is.`,
  );
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: exectrace COMMAND …

Records what a Node.js program does, and opens execution traces of Node.js and Go.

${commands.join('\n')}

"exectrace COMMAND --help" tells more about a command. "exectrace --version" prints the version.
`;
}

function version(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
