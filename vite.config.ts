/**
 * Builds the viewer: static files that work from any folder, offline, under a strict content security policy. Hence
 * relative addresses, and no asset inlined as a data: address.
 */
import { defineConfig } from 'vite';

/**
 * Modules of ours do nothing by being imported, but for the two that start something, and styles. Rollup cannot see that
 * through tables and classes, and would put the whole reader into the page by way of the layers' index files.
 */
const treeshake = {
  moduleSideEffects: (id: string) => !/\/src\/.*\.tsx?$/.test(id) || /\/(main\.tsx|load-worker\.ts)$/.test(id),
};

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
    rollupOptions: { treeshake },
  },
  worker: { format: 'es', rollupOptions: { treeshake } },
});
