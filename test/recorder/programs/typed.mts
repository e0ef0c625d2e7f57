// TypeScript whose lines move when it is compiled. Every strand says in a region which function it is.
import * as trace from 'exectrace';

interface Order {
  readonly id: number;
  readonly customer: string;
}

type Step = (order: Order) => Promise<number>;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Marks the running strand with the name of its function. */
function here(name: string): void {
  trace.startRegion(`in ${name}`).end();
}

interface Priced {
  readonly cents: number;
}

async function loadOrder(id: number): Promise<Order> {
  await sleep(1);
  here('loadOrder');
  return { id, customer: `customer-${id}` };
}

class Shop {
  readonly steps: readonly Step[] = [];

  async price(order: Order): Promise<Priced> {
    await Promise.all([sleep(1), loadOrder(order.id)]);
    here('Shop.price');
    return { cents: order.id };
  }
}

const checkOut: Step = async (order) => {
  const { cents } = await new Shop().price(order);
  here('checkOut');
  return cents;
};

async function many(): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const order = await loadOrder(i);
    here('many');
    await Promise.all([
      checkOut(order),
      (async () => {
        await sleep(1); // the one without a name
        here('anonymous');
      })(),
    ]);
  }
}

await many();
