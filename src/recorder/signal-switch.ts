/**
 * A recording that is switched on by a signal and off by the next one, for services that cannot be asked over HTTP. Off
 * unless the environment names a signal: programs have their own use for most of them.
 */
import { constants } from 'node:os';
import { current, stopRecording } from './recording.ts';

/**
 * Listens for `signal`. `begin` starts recording number 1, 2 … and may throw; `ended` is told of the end of each, or why
 * there was none or no whole one.
 *
 * @throws Error when there is no such signal, or none may listen for it
 */
export function recordBetweenSignals(
  signal: string,
  begin: (number: number) => void,
  ended: (number: number, problem?: string) => void,
): void {
  if (!isSignal(signal))
    throw new Error(`EXECTRACE_SIGNAL is ${signal}, which is no signal; take SIGUSR2, for example`);
  let number = 0;
  const problem = (error: unknown): void => ended(number, error instanceof Error ? error.message : String(error));
  process.on(signal, () => {
    try {
      // Begun here or by the program itself: this ends it.
      if (current.session === undefined) begin(++number);
      else stopRecording().then(() => ended(number), problem);
    } catch (error) {
      problem(error);
    }
  });
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}
