/** Opens an address in the user's browser, as well as this system can. */
import { spawn } from 'node:child_process';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  // `start` is a word of the shell, and would take the first quoted argument for a title.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Starts the browser and does not wait for it. A system without one is no error: the address was printed. */
export function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
