/** Renders invoices in one worker thread. Requests and answers are matched by a number. */
import { Worker } from 'node:worker_threads';

export class InvoiceRenderer {
  #worker = new Worker(new URL('invoice-worker.js', import.meta.url));
  #pending = new Map();
  #lastNumber = 0;

  constructor() {
    this.#worker.on('message', ({ number, text }) => this.#answer(number, text));
  }

  /** The invoice as HTML text. */
  render(invoice) {
    const number = ++this.#lastNumber;
    return new Promise((resolve) => {
      this.#pending.set(number, resolve);
      this.#worker.postMessage({ number, invoice });
    });
  }

  async close() {
    await this.#worker.terminate();
  }

  #answer(number, text) {
    this.#pending.get(number)(text);
    this.#pending.delete(number);
  }
}
