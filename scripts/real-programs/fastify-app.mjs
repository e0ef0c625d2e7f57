// A small service as one writes it with Fastify: plugins, hooks, schemas, errors, and a request to itself.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';

const app = Fastify();
const orders = new Map(Array.from({ length: 100 }, (_, id) => [id, { id, customer: `customer-${id % 7}` }]));

app.decorateRequest('user', null);
app.addHook('preHandler', async function authenticate(request) {
  await sleep(1);
  request.user = request.headers.authorization ?? 'nobody';
});

async function findOrder(id) {
  await sleep(2);
  const order = orders.get(id);
  if (order === undefined) throw Object.assign(new Error('no such order'), { statusCode: 404 });
  return order;
}

async function readManifest() {
  return JSON.parse(await readFile(new URL('./package.json', import.meta.url), 'utf8'));
}

app.get('/orders/:order', { schema: { params: { properties: { order: { type: 'integer' } } } } }, async (request) => {
  const [order, manifest] = await Promise.all([findOrder(request.params.order), readManifest()]);
  return { ...order, user: request.user, shop: manifest.name };
});

app.post('/orders', async (request, reply) => {
  const id = orders.size;
  orders.set(id, { id, ...request.body });
  await sleep(1);
  reply.code(201);
  return { id };
});

app.get('/summary', async () => {
  const { port } = app.server.address();
  const response = await fetch(`http://127.0.0.1:${port}/orders/1`);
  return { orders: orders.size, first: await response.json() };
});

await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' });
console.log(`listens on http://127.0.0.1:${app.server.address().port}`);
process.once('SIGTERM', () => app.close());
