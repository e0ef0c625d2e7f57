/**
 * GET /report — pathology: garbage.
 *
 * The report is built from tens of thousands of short-lived objects, and the last few reports are kept: enough for
 * scavenges in the middle of the request and a mark-compact collection every few requests.
 */
import { startRegion } from 'exectrace';
import { sendJson } from '../lib/http.js';

const ROWS = 30_000;
const KEPT_REPORTS = 8;
const recentReports = [];

export async function monthlyReport(_request, response) {
  const rows = collectRows();
  // Lets other requests in between the two heavy halves.
  await new Promise(setImmediate);
  const report = summarize(rows);
  recentReports.push({ rows, report });
  if (recentReports.length > KEPT_REPORTS) recentReports.shift();
  sendJson(response, 200, report);
}

function collectRows() {
  const region = startRegion('collect rows');
  const rows = [];
  for (let i = 0; i < ROWS; i++) {
    rows.push({ order: i, customer: `customer-${i % 997}`, day: (i % 28) + 1, cents: (i * 7919) % 10_000 });
  }
  region.end();
  return rows;
}

function summarize(rows) {
  const region = startRegion('summarize');
  const byDay = new Map();
  for (const { day, ...rest } of rows) {
    const rowsOfDay = byDay.get(day);
    if (rowsOfDay === undefined) byDay.set(day, [rest]);
    else rowsOfDay.push(rest);
  }
  const days = [...byDay].map(([day, rowsOfDay]) => ({ day, cents: sumCents(rowsOfDay) }));
  region.end();
  return { orders: rows.length, days: days.sort((a, b) => a.day - b.day) };
}

function sumCents(rows) {
  return rows.map((row) => row.cents).reduce((sum, cents) => sum + cents, 0);
}
