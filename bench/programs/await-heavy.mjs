/** A handler that does little but await: about 100 promises per request, no I/O of its own. */
export const title = 'await-heavy handler: 100 promises';
export const unit = 'request';
export const windowSize = 600;
export const connections = 16;

export async function handle(_request, response) {
  let sum = 0;
  for (let i = 0; i < 5; i++) sum += await branch(i);
  const body = String(sum);
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}

async function branch(i) {
  const leaves = await Promise.all([leaf(i), leaf(i + 1), leaf(i + 2)]);
  return leaves[0] + leaves[1] + leaves[2] + (await leaf(i + 3));
}

async function leaf(i) {
  await undefined;
  return i;
}
