/**
 * Builds the viewer: static files that work from any folder, offline, under a strict content security policy. Hence
 * relative addresses, and no asset inlined as a data: address.
 */
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/viewer',
  base: './',
  publicDir: false,
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: '../../dist/viewer',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
