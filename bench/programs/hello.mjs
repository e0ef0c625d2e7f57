/** The least that a server can do: all that is measured is Node's own HTTP path. */
export const title = 'hello-world server, keep-alive';
export const unit = 'request';
export const windowSize = 1200;
export const connections = 16;

const BODY = 'hello world\n';

export function handle(_request, response) {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': BODY.length });
  response.end(BODY);
}
