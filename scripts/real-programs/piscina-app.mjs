// Hashes in a pool of worker threads: node piscina-app.mjs
import Piscina from 'piscina';

const pool = new Piscina({ filename: new URL('./piscina-worker.mjs', import.meta.url).href, maxThreads: 2 });

async function hashMany(from) {
  const sums = [];
  for (let i = 0; i < 40; i++) sums.push(await pool.run({ text: `order ${from + i}`, rounds: 2000 }));
  return sums;
}

const hashes = await Promise.all([0, 100, 200, 300].map(hashMany));
console.log(`${hashes.flat().length} hashes`);
await pool.destroy();
