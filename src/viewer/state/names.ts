/** What the things of a trace are called on screen: the names of the analysis layer, which are one line of clean text. */
export { Names } from '../../analysis/index.ts';
