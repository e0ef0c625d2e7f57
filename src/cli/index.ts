/** The command line: parse, call, print. */
export type { Command, CommandOption, CommandOptions } from './command.ts';
export { InputError, UsageError } from './errors.ts';
export { main } from './main.ts';
