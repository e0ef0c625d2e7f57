import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { shownPath } from './shown-path.ts';

const here = join(process.cwd(), 'src', 'app.js');
const elsewhere = join(process.cwd(), '..', 'other', 'app.js');

it.each([
  [here, join('src', 'app.js')],
  [pathToFileURL(here).href, join('src', 'app.js')],
  [elsewhere, elsewhere],
  [pathToFileURL(elsewhere).href, elsewhere],
  ['node:internal/timers', 'node:internal/timers'],
  ['webpack://shop/src/orders.ts', 'webpack://shop/src/orders.ts'],
  ['file://host/no%2Fpath', 'file://host/no%2Fpath'],
])('shows %s as %s', (file, shown) => {
  expect(shownPath(file)).toBe(shown);
});
