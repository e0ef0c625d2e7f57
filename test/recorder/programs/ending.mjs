// Writes log lines, then ends in the way that is asked for. Usage: ending.mjs WAY LINES
import * as trace from 'exectrace';

const [, , way, lines] = process.argv;
for (let i = 0; i < Number(lines); i++) trace.log('line', `number ${i}`);
await new Promise((resolve) => setTimeout(resolve, 5));
trace.log('line', 'last');

const endings = {
  natural: () => {},
  exit: () => process.exit(7),
  throw: () => setImmediate(() => thrower()),
  rejection: () => void Promise.reject(new Error('expected')),
  signal: () => setInterval(() => {}, 1000),
  ownHandler: () => {
    const timer = setInterval(() => {}, 1000);
    process.once('SIGTERM', () => {
      trace.log('line', 'handler');
      clearInterval(timer);
    });
  },
};
function thrower() {
  throw new Error('expected');
}
endings[way]();
console.log('ready');
