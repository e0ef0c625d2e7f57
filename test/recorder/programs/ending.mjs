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
  // Hangs in the continuation of an async function.
  hang: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    trace.log('line', 'hanging');
    console.log('hanging');
    for (;;);
  },
  signal: () => setInterval(() => {}, 1000),
  ownHandler: () => {
    const timer = setInterval(() => {}, 1000);
    process.once('SIGTERM', () => {
      trace.log('line', 'handler');
      clearInterval(timer);
    });
  },
  // The signal is there, but the loop has not come to it, when the program begins to listen: as during start-up.
  lateHandler: () => {
    const timer = setInterval(() => {}, 1000);
    process.kill(process.pid, 'SIGTERM');
    process.once('SIGTERM', () => {
      trace.log('line', 'handler');
      clearInterval(timer);
    });
    if (process.listenerCount('SIGTERM') !== 1) process.exit(1);
    // Lost, it would never come.
    setTimeout(() => process.exit(2), 10_000).unref();
  },
  // As libraries clean up on a signal: if nobody else listens for it, they do, and let it end the process.
  cleanUp: () => {
    setInterval(() => {}, 1000);
    process.on('SIGTERM', function clean() {
      if (process.listenerCount('SIGTERM') > 1) return;
      trace.log('line', 'handler');
      process.off('SIGTERM', clean);
      process.kill(process.pid, 'SIGTERM');
    });
  },
  formerHandler: () => {
    setInterval(() => {}, 1000);
    const handler = () => process.exit(1);
    process.on('SIGTERM', handler);
    process.off('SIGTERM', handler);
    process.once('SIGINT', handler);
    process.removeAllListeners('SIGINT');
  },
  stopping: () => {
    trace.stop();
    process.exit(7);
  },
  exitInExit: () => {
    process.on('exit', () => process.exit(8));
    process.exit(7);
  },
  throwInExit: () => {
    process.on('exit', thrower);
    process.exit(7);
  },
};
function thrower() {
  throw new Error('expected');
}
endings[way]();
console.log('ready');
