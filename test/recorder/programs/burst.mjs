// Ends at once after a burst that the writer may not have coped with yet. Usage: burst.mjs AWAITS
const [, , awaits] = process.argv;
async function leaf(i) {
  return await i;
}
for (let i = 0; i < Number(awaits); i++) await leaf(i);
console.log('ready');
process.exit(7);
