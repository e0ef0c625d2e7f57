// A chat as one writes it with socket.io: rooms, acknowledgements, broadcasts. It ends on SIGTERM.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from 'socket.io';

const server = createServer((_request, response) => response.end('chat'));
const io = new Server(server);
const history = [];

async function store(message) {
  await sleep(1);
  history.push(message);
  if (history.length > 100) history.shift();
  return history.length;
}

io.use(async (_socket, next) => {
  await sleep(1);
  next();
});
io.on('connection', (socket) => {
  socket.join('everybody');
  socket.on('say', async (text, acknowledge) => {
    const stored = await store({ from: socket.id, text });
    io.to('everybody').emit('said', text);
    acknowledge(stored);
  });
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => io.close());
