// Tells the program's clock in the trace: see support/program-clock.ts.
import { log } from 'exectrace';

export function tellClock() {
  for (let i = 0; i < 40; i++) log('clock', String(performance.now()));
}
