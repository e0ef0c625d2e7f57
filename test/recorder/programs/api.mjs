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
answers.push(Buffer.concat(parts).length === second.bytes, Buffer.concat(parts).toString('latin1', 0, 13));
console.log(JSON.stringify(answers));
