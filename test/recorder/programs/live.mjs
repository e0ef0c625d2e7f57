// A service that can be captured: at a path of its own server, and at an endpoint. Prints `ready` and the addresses as
// JSON; ends when its standard input does. Usage: live.mjs SOCKET [OPTIONS AS JSON]
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnabled } from 'exectrace';
import { listen, traceHandler } from 'exectrace/live';

const [, , socket, options = '{}'] = process.argv;
const capture = traceHandler(JSON.parse(options));

async function handle(request, response) {
  if (request.url.startsWith('/debug/pprof/trace')) return capture(request, response);
  await sleep(1);
  response.end(String(isEnabled()));
}

const server = createServer(handle).listen(0, '127.0.0.1', async () => {
  const endpoint = await listen({ ...JSON.parse(options), path: socket });
  const http = await listen({ ...JSON.parse(options), port: 0 });
  const refused = await listen({ port: 0, host: '0.0.0.0' }).catch((error) => error.message);
  const own = `http://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ own, socket: endpoint.address, http: http.address, refused }));
  console.log('ready');
  process.stdin.resume();
  process.stdin.on('end', () => {
    server.close();
    server.closeAllConnections();
  });
  // Something to see.
  for (;;) {
    const answer = await fetch(`${own}/work`).catch(() => undefined);
    if (answer === undefined) break;
    await answer.text();
  }
});
