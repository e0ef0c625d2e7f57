/** Small ideas without domain nouns. */
export * from './assert.ts';
export * from './binary-search.ts';
export * from './byte-queue.ts';
export * from './lists.ts';
export * from './no-time.ts';
export * from './number-index.ts';
export * from './number-map.ts';
export * from './path-template.ts';
export * from './quantities.ts';
export * from './release-buffer.ts';
export * from './select.ts';
export * from './steps.ts';
export * from './utf8.ts';
