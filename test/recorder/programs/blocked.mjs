// A loop that is blocked once, for as long as the trace says. Prints the longest time that two turns of the loop took
// together, ms, start-up included: no delay can be longer. Every turn has one phase for immediates.
import * as trace from 'exectrace';

const BLOCK = 700;
const AFTER = 1500;
const now = () => performance.now();

let before = 0;
let last = 0;
let longest = 0;
function turn() {
  const reading = now();
  longest = Math.max(longest, reading - before);
  before = last;
  last = reading;
  if (reading < end) setImmediate(turn);
  else console.log(longest);
}

const end = now() + BLOCK + AFTER;
setImmediate(turn);
setTimeout(() => {
  trace.log('line', 'block begins');
  for (const until = now() + BLOCK; now() < until; );
  trace.log('line', 'block ends');
}, 200);
