/**
 * Builds the viewer: static files that work from any folder, offline, under a strict content security policy. Hence
 * relative addresses, and no asset inlined as a data: address. With `--mode single`, it becomes one HTML file.
 */
import { defineConfig, type Plugin } from 'vite';
import { singlePage } from './scripts/single-page.mjs';

/**
 * Modules of ours do nothing by being imported, but for the two that start something, and styles. Rollup cannot see that
 * through tables and classes, and would put the whole reader into the page by way of the layers' index files.
 */
const treeshake = {
  moduleSideEffects: (id: string) => !/\/src\/.*\.tsx?$/.test(id) || /\/(main\.tsx|load-worker\.ts)$/.test(id),
};

/** Own files only, on any host; the server of `exectrace view` says the same and more in a header. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * What the static page has besides: its policy, and what it says when it is opened from a disk (public/served.js, which
 * browsers load from there as it is no module).
 */
const staticPage: Plugin = {
  name: 'exectrace-static-page',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    { tag: 'script', attrs: { src: './served.js' }, injectTo: 'head' },
  ],
};

export default defineConfig(({ mode }) => {
  const single = mode === 'single';
  const output = single ? { inlineDynamicImports: true } : {};
  return {
    root: 'src/viewer',
    base: './',
    publicDir: single ? false : 'public',
    esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
    build: {
      outDir: single ? '../../dist/viewer-single' : '../../dist/viewer',
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      cssCodeSplit: !single,
      rollupOptions: { output, treeshake },
    },
    worker: { format: single ? 'iife' : 'es', rollupOptions: { output, treeshake } },
    plugins: [single ? singlePage() : staticPage],
  };
});
