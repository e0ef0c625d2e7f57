// Does to itself what no program should, but some do; a recorder must survive it in silence. Usage: odd.mjs
import { AsyncResource } from 'node:async_hooks';
import diagnosticsChannel from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import * as trace from 'exectrace';

const awaits = '(async () => { await null; await 1; })()';
const unprintable = {
  toString() {
    throw new Error('not to be printed');
  },
};

// Texts that are none.
for (const text of [undefined, null, 42, Symbol('symbol'), {}, unprintable, Object.create(null), '\ud800', '']) {
  trace.log('line', text);
  trace.log(text, 'category');
  await trace.withTask(trace.newTask(text, null), async () => trace.startRegion(text, null).end());
  await trace.withRegion(text, async () => null, text);
}

// Resources with a class that lies about its name.
class Nameless extends AsyncResource {
  static name() {}
}
const trap = new AsyncResource('Trap');
Object.defineProperty(trap, 'constructor', {
  get() {
    throw new Error('not to be looked at');
  },
});
const odd = [new Nameless('Nameless'), trap];
const run = () => odd.forEach((each) => void each.runInAsyncScope(() => {}));
run();
await trace.stop();
// Bytes come when the writer has started, which it could not in a directory that is gone.
const alive = setInterval(run, 1);
await new Promise((resolve) => trace.start({ write: resolve }));
clearInterval(alive);

// A channel of Node's that somebody else publishes on.
const channel = diagnosticsChannel.channel('http.server.request.start');
for (const message of [undefined, {}, { request: {}, response: {} }, 5]) channel.publish(message);

// Files that are none, and a working directory that is gone.
await vm.runInThisContext(awaits, { filename: 'file://host/a%2Fb.js' });
await vm.runInThisContext(awaits, { filename: '\0' });
const gone = mkdtempSync(join(tmpdir(), 'exectrace-odd-'));
process.chdir(gone);
rmSync(gone, { recursive: true });
await vm.runInThisContext(awaits, { filename: 'relative.js' });

// Built-ins that are not to be touched.
Object.freeze(Error);
Object.freeze(Promise.prototype);
await vm.runInThisContext(awaits, { filename: 'frozen.js' });
console.log('unharmed');
