/**
 * What a command of the command line is, and how its arguments are parsed and its help is printed.
 *
 * A command is a value; `commands.ts` lists them all. It states its options as data, from which both the parser and
 * the help are made.
 */
import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import { suggestion } from './nearest.ts';

export interface CommandOption {
  readonly type: 'boolean' | 'string';
  /** One letter. */
  readonly short?: string;
  /** What stands for the value in the help, such as `FILE`; for options of type string. */
  readonly value?: string;
  readonly description: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

export interface Command {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** What follows `exectrace`, such as `stat [--json] FILE`. */
  readonly usage: string;
  /** By long name, without the dashes. `--help` is added to every command. */
  readonly options: CommandOptions;
  /** More for its own help: a few sentences, or examples. */
  readonly details?: string;
  /**
   * Runs the command.
   *
   * @param args what follows the command's name
   * @returns the exit status
   * @throws UsageError, or any error of the input; `main` prints it and picks the status
   */
  run(args: readonly string[]): Promise<number>;
}

/** Options by name: boolean ones are true or undefined. */
export type OptionValues<T extends CommandOptions> = {
  readonly [Name in keyof T]?: T[Name]['type'] extends 'boolean' ? boolean : string;
};

/**
 * Parses arguments by a command's options. What is no option is a positional; so is all that follows `--`.
 *
 * @param name the command's
 * @throws UsageError for an unknown option or a wrong value
 */
export function parseOptions<T extends CommandOptions>(
  name: string,
  options: T,
  args: readonly string[],
): { readonly values: OptionValues<T>; readonly positionals: readonly string[] } {
  const { tokens, positionals, values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([long, { type, short }]) => [
        long,
        short === undefined ? { type } : { type, short },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(name, options, token.rawName);
    if (option.type === 'string' && token.value === undefined)
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value ?? 'VALUE'}`);
    if (option.type === 'boolean' && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
  }
  return { values: values as OptionValues<T>, positionals };
}

function unknownOption(name: string, options: CommandOptions, given: string): UsageError {
  const known = Object.keys(options).map((long) => `--${long}`);
  return new UsageError(`exectrace ${name} has no option ${given}.${suggestion(given, known)}`);
}

/** The positional arguments of a command that takes a trace: one file, several, or folders. */
export function someFiles(name: string, positionals: readonly string[]): readonly string[] {
  if (positionals.length === 0) throw new UsageError(`exectrace ${name} needs a file; see "exectrace ${name} --help"`);
  return positionals;
}

/** The one positional argument of a command that takes a file. */
export function onlyFile(name: string, positionals: readonly string[]): string {
  const [file] = positionals;
  if (file === undefined) throw new UsageError(`exectrace ${name} needs a file; see "exectrace ${name} --help"`);
  if (positionals.length > 1) throw new UsageError(`exectrace ${name} takes one file, not ${positionals.length}`);
  return file;
}

/** The help of a command. */
export function commandHelp(command: Command): string {
  const rows = [...Object.entries(command.options), ['help', HELP] as const].map(([name, option]) => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `;
    return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.description] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  const details = command.details === undefined ? [] : ['', command.details];
  return [`Usage: exectrace ${command.usage}`, '', `${command.summary}.`, '', ...lines, ...details, ''].join('\n');
}

const HELP: CommandOption = { type: 'boolean', short: 'h', description: 'Print this help' };
