/**
 * What a rectangle can look like: the numbers that layout uses, and the palette that a painter looks them up in.
 *
 * The idea: a style is a small number. The palette of a theme says colour, opacity and texture for each, so that a
 * change of theme, or of the states that are filtered out, changes the palette and not the rectangles.
 */
import { DISPLAY_STATES, type DisplayState } from '../../analysis/index.ts';
import { GROUP_COLOURS, type Theme } from '../theme/tokens.ts';

const STATE = 0;
const TEXTURED = STATE + DISPLAY_STATES;
const STATE_INK = TEXTURED + DISPLAY_STATES;
const GROUP = STATE_INK + DISPLAY_STATES;
const GROUP_EDGE = GROUP + GROUP_COLOURS;
const OTHER = GROUP_EDGE + GROUP_COLOURS;

/** Styles that are not a state or a group. */
export const Style = {
  Hover: OTHER,
  Selected: OTHER + 1,
  Grid: OTHER + 2,
  Line2: OTHER + 3,
  Accent: OTHER + 4,
  StwBand: OTHER + 5,
  GcBand: OTHER + 6,
  Stw: OTHER + 7,
  User: OTHER + 8,
  UserInk: OTHER + 9,
  Range: OTHER + 10,
  Cursor: OTHER + 11,
  /** Critical path, and the halo that parts it from what is below. */
  Ink: OTHER + 12,
  Halo: OTHER + 13,
  Loss: OTHER + 14,
  Sample: OTHER + 15,
} as const;

/** Added to a style: pale, for what is off the critical path; dim, for what a filter does not hold of. */
export const Fade = { None: 0, Pale: 64, Dim: 128 } as const;
export type Fade = (typeof Fade)[keyof typeof Fade];

/** Plain body of a state. */
export const stateStyle = (display: DisplayState): number => STATE + display;
/** Body of a state with its texture, for boxes that are large enough. */
export const texturedStyle = (display: DisplayState): number => TEXTURED + display;
/** Outline of a state. */
export const stateInkStyle = (display: DisplayState): number => STATE_INK + display;
export const groupStyle = (colour: number): number => GROUP + colour;
export const groupEdgeStyle = (colour: number): number => GROUP_EDGE + colour;

export const Texture = { Plain: 0, Hatch: 1, Dots: 2, Loss: 3 } as const;
export type Texture = (typeof Texture)[keyof typeof Texture];

export interface PaletteEntry {
  readonly colour: string;
  /** Stripes or dots. */
  readonly second: string;
  readonly texture: Texture;
  /** 0 to 1. */
  readonly opacity: number;
}

export type Palette = readonly PaletteEntry[];

/** Opacity of what is filtered out, of what is off the critical path, of outlines, of the path's halo. */
const FILTERED_OPACITY = 0.15;
const PALE_OPACITY = 0.42;
const HALO_OPACITY = 0.8;
const OUTLINE_OPACITY = 0.85;

const TEXTURES: Readonly<Record<number, Texture>> = { 1: Texture.Dots, 3: Texture.Hatch };

/**
 * Colours of all styles.
 * @param hidden states that are filtered out
 */
export function paletteOf(theme: Theme, hidden: ReadonlySet<DisplayState | 'stw' | 'user'>): Palette {
  const palette: PaletteEntry[] = [];
  const put = (style: number, colour: string, opacity = 1, texture: Texture = Texture.Plain, second = colour) => {
    palette[style] = { colour, second, texture, opacity };
  };
  theme.states.forEach((state, s) => {
    const opacity = hidden.has(s as DisplayState) ? FILTERED_OPACITY : 1;
    const texture = TEXTURES[s] ?? Texture.Plain;
    put(STATE + s, state.fill, opacity);
    put(TEXTURED + s, state.fill, opacity, texture, texture === Texture.Hatch ? theme.hatch : state.ink);
    put(STATE_INK + s, state.ink, opacity * OUTLINE_OPACITY);
  });
  const running = hidden.has(0) ? FILTERED_OPACITY : 1;
  theme.groups.forEach((group, g) => {
    put(GROUP + g, group.fill, running);
    put(GROUP_EDGE + g, group.edge, running);
  });
  const { neutral } = theme;
  put(Style.Hover, neutral.hover);
  put(Style.Selected, neutral.accentSoft);
  put(Style.Grid, neutral.grid);
  put(Style.Line2, neutral.line2);
  put(Style.Accent, neutral.accent);
  put(Style.StwBand, theme.stwBand);
  put(Style.GcBand, theme.gcBand);
  put(Style.Stw, theme.stw.fill);
  const region = hidden.has('user') ? FILTERED_OPACITY : 1;
  put(Style.User, theme.user.fill, region);
  put(Style.UserInk, theme.user.ink, region * OUTLINE_OPACITY);
  put(Style.Range, neutral.accent, 0.12);
  put(Style.Cursor, neutral.faint, 0.5);
  put(Style.Ink, neutral.text);
  put(Style.Halo, neutral.surface, HALO_OPACITY);
  put(Style.Loss, neutral.hover, 1, Texture.Loss, neutral.line2);
  put(Style.Sample, neutral.muted);
  for (let style = 0; style <= Style.Sample; style++) {
    const entry = palette[style]!;
    palette[style + Fade.Pale] = { ...entry, opacity: Math.min(entry.opacity, PALE_OPACITY) };
    palette[style + Fade.Dim] = { ...entry, opacity: Math.min(entry.opacity, FILTERED_OPACITY) };
  }
  return palette;
}
