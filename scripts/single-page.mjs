/**
 * A plugin of the viewer's build that puts the whole page into one HTML file: script, style, worker and icon. It opens
 * from a disk, where browsers refuse scripts in files of their own, and `exectrace export` puts a trace into it at
 * `TRACE_MARK`.
 *
 * Nothing runs in it but what was built: its policy, in the file itself, names the digests of its script and style, lets
 * workers start from the page's own data only, and no connection be made.
 */
import { createHash } from 'node:crypto';

/** Where a trace goes: before the script, as data that is not run. */
export const TRACE_MARK = '<!--trace-->';
export const WORKER_ID = 'exectrace-worker';

export function singlePage() {
  return {
    name: 'exectrace-single-page',
    // After all others: the bundler fills in what lazy parts need here.
    generateBundle: { order: 'post', handler: compose },
  };
}

function compose(_options, bundle) {
  const files = Object.values(bundle);
  const named = (pattern) => {
    const found = files.filter(({ fileName }) => pattern.test(fileName));
    if (found.length !== 1) throw new Error(`expected one file like ${pattern}, found ${found.length}`);
    return String(found[0].code ?? found[0].source);
  };
  const script = withoutEnds(named(/(^|\/)index-[^/]*\.js$/));
  const worker = withoutEnds(named(/(^|\/)load-worker-[^/]*\.js$/));
  const style = named(/\.css$/);
  const icon = `data:image/svg+xml,${encodeURIComponent(named(/\.svg$/))}`;
  const others = files.filter(({ fileName }) => !/index-[^/]*\.js$|load-worker|\.css$|\.svg$|\.html$/.test(fileName));
  if (others.length > 0) throw new Error(`not in the page: ${others.map(({ fileName }) => fileName).join(', ')}`);
  for (const { fileName } of files) delete bundle[fileName];
  this.emitFile({ type: 'asset', fileName: 'index.html', source: page({ script, worker, style, icon }) });
}

function page({ script, worker, style, icon }) {
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    'worker-src blob:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>exectrace</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<noscript>This page shows an execution trace. It needs JavaScript, which is off.</noscript>
<script type="text/plain" id="${WORKER_ID}">${worker}</script>
${TRACE_MARK}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** The same script without what would end its element, or begin a comment in it. Both stand in strings only. */
function withoutEnds(code) {
  return code.trim().replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
}

function digest(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
