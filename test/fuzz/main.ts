/** One process of `npm run fuzz`: node main.js FROM INPUTS. Status 1 when something broke. */
import { fuzz } from './run.ts';

const [from, inputs] = process.argv.slice(2).map(Number) as [number, number];
const broken = await fuzz({
  from,
  inputs,
  analysed: 16,
  progress: (done) => console.log(`${done} inputs from ${from} on`),
});
for (const each of broken) console.error(each);
process.exitCode = broken.length > 0 ? 1 : 0;
