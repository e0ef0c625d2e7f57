/**
 * The catalog on disk: small pages of products, and one large price list that is parsed anew when it is two seconds
 * old. The files are generated into a temporary folder at start and removed at the end.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTask } from 'exectrace';

const PAGES = 8;
const PRODUCTS_PER_PAGE = 40;
const PRICES = 60_000;
const MAX_AGE_MS = 2000;

export class CatalogStore {
  #folder;
  #prices;
  #loadedAt = Number.NEGATIVE_INFINITY;

  static async create() {
    const store = new CatalogStore();
    store.#folder = await mkdtemp(join(tmpdir(), 'orders-api-'));
    await Promise.all([store.#writePrices(), ...Array.from({ length: PAGES }, (_, page) => store.#writePage(page))]);
    return store;
  }

  async readPage(page) {
    const text = await readFile(join(this.#folder, `page-${page % PAGES}.json`), 'utf8');
    return JSON.parse(text);
  }

  async currentPrices() {
    if (Date.now() - this.#loadedAt > MAX_AGE_MS) {
      // Set first, so that one request alone pays for the refresh.
      this.#loadedAt = Date.now();
      this.#prices = await withTask('refresh prices', () => this.#loadPrices());
    }
    return this.#prices ?? new Map();
  }

  async close() {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #loadPrices() {
    const text = await readFile(join(this.#folder, 'prices.json'), 'utf8');
    return indexPrices(parsePrices(text));
  }

  async #writePage(page) {
    const products = Array.from({ length: PRODUCTS_PER_PAGE }, (_, i) => {
      const id = page * PRODUCTS_PER_PAGE + i;
      return { id, name: `Product ${id}` };
    });
    await writeFile(join(this.#folder, `page-${page}.json`), JSON.stringify(products));
  }

  async #writePrices() {
    const prices = Array.from({ length: PRICES }, (_, id) => ({
      id,
      cents: (id * 7919) % 10_000,
      currency: 'EUR',
      note: `price of product ${id}, valid until further notice`,
    }));
    await writeFile(join(this.#folder, 'prices.json'), JSON.stringify(prices));
  }
}

/** The culprit: one synchronous call, tens of milliseconds. */
function parsePrices(text) {
  return JSON.parse(text);
}

function indexPrices(prices) {
  return new Map(prices.map((price) => [price.id, price.cents]));
}
