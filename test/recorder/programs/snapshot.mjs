// Starts recording in the middle of its life, with a server and a connection open. Usage: snapshot.mjs FILE
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import * as trace from 'exectrace';

const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
await once(server, 'listening');
const client = connect(server.address().port, '127.0.0.1');
await once(client, 'connect');

trace.start(process.argv[2], { level: 1 });
client.write('hello');
await once(client, 'data');
await trace.stop();
client.destroy();
server.close();
