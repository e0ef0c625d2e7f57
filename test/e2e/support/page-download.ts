/** Files that the page hands to the browser. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Presses a button that saves a file; its bytes. */
export async function downloaded(page: Page, button: string): Promise<Buffer> {
  const arrival = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).first().click();
  return readFileSync(await (await arrival).path());
}

/** A CSV file without quoted line breaks as rows by head. */
export function csvRows(csv: Buffer): Record<string, string>[] {
  const [head, ...lines] = csv.toString('utf8').trimEnd().split('\r\n').map(cells);
  return lines.map((line) => Object.fromEntries(head!.map((name, i) => [name, line[i]!])));
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  );
}
