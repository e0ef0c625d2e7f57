/** Order of the legend: work first, then wanting to work, then waiting. */
import { DisplayState } from '../../analysis/index.ts';

export const LEGEND_ORDER: readonly DisplayState[] = [
  DisplayState.Run,
  DisplayState.Ready,
  DisplayState.Sync,
  DisplayState.Net,
  DisplayState.Sleep,
  DisplayState.Sys,
  DisplayState.Gc,
  DisplayState.Off,
];
