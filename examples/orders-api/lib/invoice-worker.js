/** The worker side of invoice-renderer.js: renders one invoice per message, a few milliseconds of work each. */
import { parentPort } from 'node:worker_threads';
import { withRegion } from 'exectrace';

const COPIES = 150;

parentPort.on('message', ({ number, invoice }) => {
  const text = withRegion('render', () => renderInvoice(invoice));
  parentPort.postMessage({ number, text });
});

function renderInvoice({ order, items }) {
  const pages = [];
  for (let copy = 0; copy < COPIES; copy++) pages.push(renderPage(order, items, copy));
  return pages.join('\n');
}

function renderPage(order, items, copy) {
  const rows = items.map((item) => `<tr><td>${item.sku}</td><td>${(item.cents / 100).toFixed(2)}</td></tr>`);
  return `<h1>Invoice ${order.id}-${copy}</h1><table>${rows.join('')}</table>`;
}
