// A small service as one writes it with Express: middleware, a router, callbacks and async handlers, errors.
import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import express from 'express';

const app = express();
const orders = new Map(Array.from({ length: 100 }, (_, id) => [id, { id, customer: `customer-${id % 7}` }]));
const readText = promisify(readFile);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

app.use(express.json());
app.use(function authenticate(request, _response, next) {
  setTimeout(() => {
    request.user = request.headers.authorization ?? 'nobody';
    next();
  }, 1);
});

async function findOrder(id) {
  await sleep(2);
  const order = orders.get(id);
  if (order === undefined) throw Object.assign(new Error('no such order'), { status: 404 });
  return order;
}

const router = express.Router();
router.get('/:order', async (request, response) => {
  const [order, text] = await Promise.all([findOrder(Number(request.params.order)), readText('package.json', 'utf8')]);
  response.json({ ...order, user: request.user, shop: JSON.parse(text).name });
});
router.post('/', async (request, response) => {
  const id = orders.size;
  orders.set(id, { id, ...request.body });
  await sleep(1);
  response.status(201).json({ id });
});
app.use('/orders', router);
app.get('/summary', async (_request, response) => {
  const first = await fetch(`http://127.0.0.1:${server.address().port}/orders/1`).then((answer) => answer.json());
  response.json({ orders: orders.size, first });
});
app.use((error, _request, response, _next) => response.status(error.status ?? 500).json({ error: error.message }));

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
