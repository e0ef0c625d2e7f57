/**
 * A plain HTTP/1.1 client for the benches: keep-alive connections, each with one request under way, and no more work
 * per response than finding its end. It is cheaper than the server, so that one core is enough for it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const CONTENT_LENGTH = /content-length: (\d+)/i;

export class LoadClient {
  #connections;

  constructor(sockets) {
    this.#connections = sockets.map((socket) => new Connection(socket));
  }

  static async connect(port, count) {
    const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new LoadClient(sockets);
  }

  /** Sends that many requests over all connections and waits for the last answer. */
  async run(requests) {
    let left = requests;
    const take = () => left-- > 0;
    await Promise.all(this.#connections.map((connection) => connection.sendWhile(take)));
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}

class Connection {
  #socket;
  #received = '';
  #answered = () => {};

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#receive(text));
  }

  async sendWhile(take) {
    while (take()) {
      await new Promise((resolve) => {
        this.#answered = resolve;
        this.#socket.write(REQUEST);
      });
    }
  }

  close() {
    this.#socket.destroy();
  }

  #receive(text) {
    this.#received += text;
    const head = this.#received.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = CONTENT_LENGTH.exec(this.#received)?.[1];
    if (length === undefined) throw new Error('the measured server answered without content-length');
    if (this.#received.length < head + 4 + Number(length)) return;
    if (!this.#received.startsWith('HTTP/1.1 200')) throw new Error(this.#received.slice(0, head));
    this.#received = '';
    this.#answered();
  }
}
