/**
 * The client of the stand-in database: a pool of TCP connections with one query at a time on each. A query that finds
 * no free connection waits in `#waiting`, which is where most of a slow request's time goes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Starts the stand-in database as a process of its own and connects to it. */
export async function startDatabase({ connections }) {
  // The database is not what is being recorded: it must not inherit a preloaded recorder.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const server = fork(fileURLToPath(new URL('database-server.js', import.meta.url)), { env, execArgv: [] });
  const [port] = await once(server, 'message');
  const pool = new DatabasePool(server);
  await pool.connect(port, connections);
  return pool;
}

class DatabasePool {
  #server;
  #connections = [];
  #free = [];
  #waiting = [];

  constructor(server) {
    this.#server = server;
  }

  async connect(port, count) {
    for (let i = 0; i < count; i++) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      this.#connections.push(new Connection(socket));
    }
    this.#free.push(...this.#connections);
  }

  /** The row of a table with the given key. */
  async query(table, key) {
    const connection = await this.#acquire();
    try {
      return await connection.query(table, key);
    } finally {
      this.#release(connection);
    }
  }

  async close() {
    for (const connection of this.#connections) connection.close();
    const ended = once(this.#server, 'exit');
    this.#server.disconnect();
    await ended;
  }

  #acquire() {
    const connection = this.#free.pop();
    if (connection !== undefined) return connection;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(connection) {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next(connection);
  }
}

/** One connection. Question and answer are one line of JSON each. */
class Connection {
  #socket;
  #received = '';
  #pending;

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.on('data', (text) => this.#receive(text));
    socket.on('error', (error) => this.#pending?.reject(error));
  }

  query(table, key) {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#socket.write(`${JSON.stringify({ table, key })}\n`);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(text) {
    this.#received += text;
    if (!this.#received.endsWith('\n')) return;
    const row = JSON.parse(this.#received);
    this.#received = '';
    this.#pending.resolve(row);
  }
}
