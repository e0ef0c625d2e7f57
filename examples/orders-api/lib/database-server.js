/**
 * The stand-in database: a process of its own that answers any query after a delay, with a row made up from the key.
 * The same key gives the same row and the same delay. It ends when its parent does.
 */
import { createServer } from 'node:net';
import { hashPassword } from './passwords.js';

const DELAY_MS = { sessions: 1, users: 2, orders: 3, customers: 2, items: 4 };
/** Items of every 37th order are answered late, as by a query without an index. */
const SLOW_ITEMS = { every: 37, delayMs: 60 };

/** All users have one password; what is stored is its hash. */
const SALT = 'salt';
const HASH = (await hashPassword('correct horse', SALT)).toString('hex');

const ROWS = {
  sessions: (token) => ({ user: token.slice('token-of-'.length) }),
  users: (name) => ({ name, salt: SALT, hash: HASH }),
  orders: (id) => ({ id, customer: id % 500, day: (id % 28) + 1 }),
  customers: (id) => ({ id, name: `Customer ${id}` }),
  items: (id) => ({
    items: Array.from({ length: 5 + (id % 20) }, (_, i) => ({ sku: `sku-${id}-${i}`, cents: 100 + i, quantity: 1 })),
  }),
};

function delayOf(table, key) {
  if (table === 'items' && key % SLOW_ITEMS.every === 0) return SLOW_ITEMS.delayMs;
  return DELAY_MS[table];
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (line) => {
    const { table, key } = JSON.parse(line);
    setTimeout(() => socket.write(`${JSON.stringify(ROWS[table](key))}\n`), delayOf(table, key));
  });
});

// Ctrl-C reaches the whole process group; the service still needs its database while it shuts down.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
