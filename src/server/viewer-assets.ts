/**
 * The built viewer as a closed set of responses, read once. A request is answered from this map or not at all, so no
 * path, however it is written, reaches the file system.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The viewer's files are not there. */
export class ViewerNotBuiltError extends Error {
  override readonly name = 'ViewerNotBuiltError';

  constructor(folder: string) {
    super(`the viewer is not built: there is no index.html in ${folder}; build it with "npm run build"`);
  }
}

/** Reads all files of the built viewer: URL path (`/assets/main.js`) to asset. `/` is its index.html. */
export async function readViewerAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    assets.set(`/${relative(folder, path).split(sep).join('/')}`, { type, body: await readFile(path) });
  }
  const index = assets.get('/index.html');
  if (index === undefined) throw new ViewerNotBuiltError(folder);
  return assets.set('/', index);
}
