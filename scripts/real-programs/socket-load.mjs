// Clients that talk to socket-app.mjs: node socket-load.mjs URL SECONDS
import { io } from 'socket.io-client';

const [url, seconds] = process.argv.slice(2);
const until = Date.now() + Number(seconds) * 1000;

async function talk() {
  const socket = io(url, { transports: ['websocket'] });
  await new Promise((resolve) => socket.on('connect', resolve));
  let said = 0;
  for (; Date.now() < until; said++) await socket.emitWithAck('say', `message ${said}`);
  socket.close();
  return said;
}

const counts = await Promise.all(Array.from({ length: 6 }, talk));
console.log(`${counts.reduce((a, b) => a + b)} messages`);
