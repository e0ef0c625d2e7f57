// Starts and stops recordings itself. Usage: api.mjs FILE
import * as trace from 'exectrace';

const [, , file] = process.argv;
const answers = [];
const noTask = trace.newTask('off');
answers.push(
  trace.isEnabled(),
  noTask === trace.newTask('off too'),
  trace.withRegion('off', () => 5),
);
await trace.stop().catch((error) => answers.push(error.message));
try {
  trace.start('/no/such/folder/file.trace');
} catch (error) {
  answers.push(error.code);
}

trace.start(file, { level: 1 });
try {
  trace.start(file);
} catch (error) {
  answers.push(error.message);
}
answers.push(trace.isEnabled());
const task = trace.newTask('outer');
const region = trace.startRegion('work', task);
trace.log('note', 'explicit', task);
trace.withTask(task, () => trace.log('note', 'implicit'));
// What `using` does, in the syntax of Node 20.
region[Symbol.dispose]();
task[Symbol.dispose]();
const left = trace.newTask('left open');
const totals = await trace.stop();
left.end();
answers.push(totals.lost, totals.recorded > 0, trace.isEnabled());

// Again, into memory.
const parts = [];
trace.start({ write: (bytes) => parts.push(bytes) });
await trace.withTask('second', async () => {
  await null;
  trace.log('note', 'in memory');
});
const second = await trace.stop();
// What `fn` returns comes back: a query builder is not run, methods stay, rejections stay unhandled until handled.
let runs = 0;
// biome-ignore lint/suspicious/noThenProperty: it is what query builders have.
const query = { then: (resolve) => resolve(++runs), limit: () => query };
const withMethods = Object.assign(Promise.resolve(1), { json: () => 2 });
const subclass = new (class extends Promise {})((resolve) => resolve(3));
trace.start({ write: () => {} });
for (const thing of [query, withMethods, subclass]) {
  answers.push(trace.withTask('thing', () => thing) === thing && trace.withRegion('thing', () => thing) === thing);
}
answers.push(runs);
const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
trace.withTask('rejects', () => Promise.reject(new Error('nobody looks')));
answers.push((await unhandled).message, await trace.withRegion('plain', async () => 4));
await trace.stop();
answers.push(Buffer.concat(parts).length === second.bytes, Buffer.concat(parts).toString('latin1', 0, 13));
console.log(JSON.stringify(answers));
