/**
 * The colours of the viewer, as data: one object per theme, read by the canvas painters and turned into CSS variables
 * for the page. There is no other place where a colour is written down.
 *
 * The idea behind the values: chrome is neutral grey, the accent means "link, selected, focused, chosen", and all other
 * colour belongs to states. Contrast and colour-blindness distances are computed in `tokens.test.ts`.
 */
import { DISPLAY_STATES, DisplayState } from '../../analysis/index.ts';

export type ThemeName = 'light' | 'dark';

/** Colours of one state: body of a slice, its outline and its text on the row, text inside the body. */
export interface StateColours {
  readonly fill: string;
  readonly ink: string;
  readonly on: string;
}

/** A group's or package's pale fill, its left edge, and the text inside. */
export interface GroupColours {
  readonly fill: string;
  readonly edge: string;
}

/** Names of the neutral colours, and of the accent. */
export const NEUTRALS = [
  'bg',
  'surface',
  'raised',
  'hover',
  'grid',
  'line',
  'line2',
  'edge',
  'faint',
  'muted',
  'text',
  'accent',
  'accentSoft',
] as const;
export type Neutral = (typeof NEUTRALS)[number];

export interface Theme {
  readonly name: ThemeName;
  readonly neutral: Readonly<Record<Neutral, string>>;
  /** Indexed by `DisplayState`. */
  readonly states: readonly StateColours[];
  readonly stw: StateColours;
  readonly user: StateColours;
  /** Stripe colour of the hatch of ready slices. */
  readonly hatch: string;
  /** Tints behind rows. */
  readonly stwBand: string;
  readonly gcBand: string;
  readonly groups: readonly GroupColours[];
  /** Cells of a heat table, from few to many, and the text in them. */
  readonly heat: readonly HeatColours[];
}

export interface HeatColours {
  readonly fill: string;
  readonly on: string;
}

/** Number of group colours. */
export const GROUP_COLOURS = 8;

/** CSS names of the display states, indexed by `DisplayState`. */
export const STATE_NAMES = ['run', 'sys', 'gc', 'ready', 'net', 'sync', 'sleep', 'off'] as const;

const DARK_TEXT = '#0d1014';
const WHITE = '#ffffff';

function neutrals(values: string): Record<Neutral, string> {
  const parts = values.split(' ');
  return Object.fromEntries(NEUTRALS.map((name, i) => [name, `#${parts[i]}`])) as Record<Neutral, string>;
}

function state(fill: string, ink: string, on: string): StateColours {
  return { fill: `#${fill}`, ink: `#${ink}`, on };
}

function groups(fills: string, edges: string): GroupColours[] {
  const edge = edges.split(' ');
  return fills.split(' ').map((fill, i) => ({ fill: `#${fill}`, edge: `#${edge[i]}` }));
}

function heat(fills: string): HeatColours[] {
  return fills
    .split(' ')
    .map((fill) => ({ fill: `#${fill}`, on: relativeLuminance(`#${fill}`) > 0.18 ? '#000000' : WHITE }));
}

const LIGHT: Theme = {
  name: 'light',
  neutral: neutrals('f5f7f9 ffffff ffffff f2f3f6 eef0f3 e1e3e6 c4c7cc 888c92 696e74 595e66 1e2227 3a58c3 e8eeff'),
  states: [
    state('57a45b', '186a23', DARK_TEXT),
    state('1d9999', '045f5f', DARK_TEXT),
    state('7b4aaa', '6c4494', WHITE),
    state('f4bf3f', '856302', DARK_TEXT),
    state('4494c8', '006191', DARK_TEXT),
    state('ab4046', '99383e', WHITE),
    state('8696a6', '576574', DARK_TEXT),
    state('777a7f', '606368', DARK_TEXT),
  ],
  stw: state('cc2823', 'a7463c', WHITE),
  user: state('e9aedb', '834f78', DARK_TEXT),
  hatch: '#cb8d23',
  stwBand: '#ffefed',
  gcBand: '#f6f0fe',
  groups: groups(
    'a9d6b1 93d5e5 b3c9f8 d0bff0 ebb7d3 f3b8b2 ecbf9b cfcc97',
    '639c6f 3f9aae 718bc3 9480bb b47699 bd7670 b47f52 948f4b',
  ),
  heat: heat('f8eaf4 efd0e7 e2aed6 cf8ac0 854078'),
};

const DARK: Theme = {
  name: 'dark',
  neutral: neutrals('0c0e11 131519 1f2227 1b1e23 1b1d21 272a2f 41454c 686c73 8b8f96 a5aab0 e4e6ea 90aefe 212e54'),
  states: [
    state('5aa75e', '86d489', DARK_TEXT),
    state('49b8b8', '73dfdf', DARK_TEXT),
    state('8050b0', 'd3adfe', WHITE),
    state('e3ae28', 'ffd16b', DARK_TEXT),
    state('4897cb', '78c7fd', DARK_TEXT),
    state('b1464c', 'ff9595', WHITE),
    state('738292', 'a6b6c7', DARK_TEXT),
    state('606368', 'a1a5aa', WHITE),
  ],
  stw: state('d4312a', 'f58c7f', WHITE),
  user: state('cf95c1', 'f0b5e2', DARK_TEXT),
  hatch: '#b07f15',
  stwBand: '#301a17',
  gcBand: '#241c2e',
  groups: groups(
    '3c5f43 285e6a 455577 5a4e72 6d485d 734844 6e4d32 5a572e',
    '598763 3f8696 657aa7 8170a0 9b6884 a26964 9b704c 817d47',
  ),
  heat: heat('281e25 43293d 623659 7c4371 e3a8d5'),
};

export const THEMES: Readonly<Record<ThemeName, Theme>> = { light: LIGHT, dark: DARK };

/** The same theme for people who ask their system for more contrast: no muted text, no pale decoration. */
export function withMoreContrast(theme: Theme): Theme {
  const { neutral } = theme;
  return {
    ...theme,
    neutral: { ...neutral, grid: neutral.line2, line: neutral.edge, faint: neutral.text, muted: neutral.text },
    groups: theme.groups.map((group) => ({ fill: neutral.surface, edge: group.edge })),
  };
}

/**
 * The theme for people whose system forces its own colours: states keep their heights and textures and are drawn in the
 * colour of text, what is selected in that of selections.
 * @param systemColour value of a CSS system colour as `#rrggbb`
 */
export function withForcedColours(theme: Theme, systemColour: (name: string) => string): Theme {
  const [paper, ink, grey, mark] = ['Canvas', 'CanvasText', 'GrayText', 'Highlight'].map(systemColour);
  const colours: StateColours = { fill: ink!, ink: ink!, on: paper! };
  const plain = Object.fromEntries(NEUTRALS.map((name) => [name, paper!])) as Record<Neutral, string>;
  return {
    ...theme,
    neutral: {
      ...plain,
      ...{ grid: grey!, line: grey!, line2: grey!, edge: ink!, faint: ink!, muted: ink!, text: ink!, accent: mark! },
    },
    // Only the dots of Sys are drawn in the ink of a state over its fill.
    states: theme.states.map((_, state) => (state === DisplayState.Sys ? { ...colours, ink: paper! } : colours)),
    stw: colours,
    user: colours,
    hatch: paper!,
    stwBand: paper!,
    gcBand: paper!,
    groups: theme.groups.map(() => ({ fill: paper!, edge: ink! })),
    heat: theme.heat.map(() => ({ fill: paper!, on: ink! })),
  };
}

/** Every colour of a theme as a CSS variable: `--surface`, `--run`, `--runInk`, `--g0`, … */
export function cssVariables(theme: Theme): [name: string, value: string][] {
  const variables: [string, string][] = NEUTRALS.map((name) => [`--${name}`, theme.neutral[name]]);
  const add = (name: string, { fill, ink, on }: StateColours) =>
    variables.push([`--${name}`, fill], [`--${name}Ink`, ink], [`--${name}On`, on]);
  for (let s = 0; s < DISPLAY_STATES; s++) add(STATE_NAMES[s]!, theme.states[s]!);
  add('stw', theme.stw);
  add('user', theme.user);
  variables.push(['--readyHatch', theme.hatch], ['--stwBand', theme.stwBand], ['--gcBand', theme.gcBand]);
  theme.heat.forEach(({ fill, on }, i) => {
    variables.push([`--heat${i}`, fill], [`--heat${i}On`, on]);
  });
  theme.groups.forEach((group, i) => {
    variables.push([`--g${i}`, group.fill], [`--g${i}Edge`, group.edge]);
  });
  return variables;
}

/** Full-height states are work and the wish to work; the others are drawn thin. */
export function isFullHeight(display: DisplayState): boolean {
  return display <= DisplayState.Ready;
}

/**
 * Height in pixels of a slice's body: waiting is thin, sleep is a line, unknown is a hair.
 * @param bar height of a full slice, pixels
 */
export function stateHeight(display: DisplayState, bar: number): number {
  if (isFullHeight(display)) return bar;
  if (display === DisplayState.Off) return 1;
  if (display === DisplayState.Sleep) return Math.max(2, Math.round(bar * 0.17));
  return Math.max(2, Math.round(bar * 0.4));
}

/** Stable colour of a group or package, chosen by its name (FNV-1a), so that it is the same in every trace. */
export function groupColour(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 15)) >>> 0) % GROUP_COLOURS;
}

/** Red, green and blue of `#rrggbb` in linear light, 0 to 1 (sRGB transfer function, IEC 61966-2-1). */
export function linearRgb(hex: string): [number, number, number] {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Relative luminance of WCAG 2, 0 to 1. */
export function relativeLuminance(hex: string): number {
  const [r, g, b] = linearRgb(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
