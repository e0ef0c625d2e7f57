/**
 * The traces that the empty page offers: made by the programs of examples/ (scripts/make-examples.mjs), each with one
 * fault that the first screen names. They are files beside the page, read when somebody asks for them.
 */
import { DisplayState } from '../../analysis/index.ts';

const { Run, Ready, Net, Sync, Gc } = DisplayState;

/** A row of an example's picture: where it begins, and what it is made of, in pixels. */
export interface PictureRow {
  readonly x: number;
  readonly parts: readonly (readonly [state: DisplayState, width: number])[];
}

export interface Example {
  readonly file: string;
  readonly title: string;
  readonly sentence: string;
  readonly picture: readonly PictureRow[];
  /** Height of a picture's row, px. */
  readonly rowHeight: number;
}

/** Goroutines that begin one after another and wait for good. */
const LEAK = Array.from({ length: 7 }, (_, i): PictureRow => ({ x: i * 15, parts: [[Sync, 108 - i * 15]] })).reverse();

export const EXAMPLES: readonly Example[] = [
  {
    file: 'go-web-server.trace.gz',
    title: 'Go web server',
    sentence: 'One mutex holds up every request',
    picture: [
      {
        x: 0,
        parts: [
          [Run, 16],
          [Sync, 52],
          [Run, 13],
          [Net, 27],
        ],
      },
      {
        x: 0,
        parts: [
          [Run, 48],
          [Ready, 20],
          [Run, 40],
        ],
      },
      {
        x: 0,
        parts: [
          [Net, 28],
          [Ready, 14],
          [Run, 22],
          [Gc, 18],
          [Run, 26],
        ],
      },
    ],
    rowHeight: 10,
  },
  {
    file: 'go-leak.trace.gz',
    title: 'Go leak',
    sentence: 'Goroutines that never end',
    picture: LEAK,
    rowHeight: 4,
  },
  {
    file: 'node-loop-block.trace.gz',
    title: 'Node loop block',
    sentence: 'JSON.parse stops all requests',
    picture: [
      {
        x: 0,
        parts: [
          [Run, 10],
          [Net, 12],
          [Run, 62],
          [Net, 8],
          [Run, 16],
        ],
      },
      {
        x: 0,
        parts: [
          [Net, 38],
          [Ready, 46],
          [Run, 8],
        ],
      },
      {
        x: 12,
        parts: [
          [Net, 20],
          [Ready, 56],
          [Run, 8],
        ],
      },
    ],
    rowHeight: 10,
  },
];

/** Address of an example, or undefined in a page that is one file and has nothing beside it. */
export function exampleUrl({ file }: Example): string | undefined {
  if (document.getElementById('exectrace-worker') !== null) return undefined;
  return new URL(`./examples/${file}`, document.baseURI).href;
}
