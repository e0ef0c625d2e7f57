/**
 * The colour checks of the design: contrast by WCAG 2, and distances between states for three kinds of colour blindness
 * (Machado, Oliveira and Fernandes 2009, severity 1; distance in OKLab, Ottosson 2020).
 */
import { describe, expect, it } from 'vitest';
import { DISPLAY_STATES, DisplayState } from '../../analysis/index.ts';
import {
  cssVariables,
  groupColour,
  isFullHeight,
  linearRgb,
  relativeLuminance,
  STATE_NAMES,
  stateHeight,
  THEMES,
  type Theme,
  withForcedColours,
  withMoreContrast,
} from './tokens.ts';

type Matrix = readonly (readonly [number, number, number])[];

/** Linear RGB as it is seen. */
const SIMULATIONS: Readonly<Record<string, Matrix>> = {
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function multiply(matrix: Matrix, [a, b, c]: readonly number[]): [number, number, number] {
  const [x, y, z] = matrix.map((row) => row[0] * a! + row[1] * b! + row[2] * c!);
  return [x!, y!, z!];
}

function oklab(rgb: readonly number[]): [number, number, number] {
  const lms = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt);
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

/** ΔE × 100 of two colours as seen with a colour blindness. */
function distance(a: string, b: string, simulation: Matrix): number {
  const [x, y] = [a, b].map((hex) =>
    oklab(multiply(simulation, linearRgb(hex)).map((channel) => Math.max(0, channel))),
  );
  return Math.hypot(x![0] - y![0], x![1] - y![1], x![2] - y![2]) * 100;
}

function contrast(a: string, b: string): number {
  const [low, high] = [relativeLuminance(a), relativeLuminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const { Run, Sys, Ready } = DisplayState;
const STATES = Array.from({ length: DISPLAY_STATES }, (_, state) => state as DisplayState);
const TEXTURED: readonly DisplayState[] = [Sys, Ready];

describe.each(Object.values(THEMES))('the $name theme', (theme: Theme) => {
  const { neutral } = theme;

  it('has readable text on rows, hover and head backgrounds', () => {
    for (const ground of [neutral.surface, neutral.bg, neutral.hover]) {
      for (const text of [neutral.text, neutral.muted, neutral.faint])
        expect(contrast(text, ground)).toBeGreaterThan(4.5);
    }
    expect(contrast(neutral.accent, neutral.surface)).toBeGreaterThan(4.5);
    expect(contrast(neutral.edge, neutral.surface)).toBeGreaterThan(3);
    expect(contrast(neutral.text, neutral.accentSoft)).toBeGreaterThan(4.5);
  });

  it('has readable text in slices and in the ink of states', () => {
    // The hair of the unknown has no text.
    for (const { fill, on, ink } of [...theme.states.slice(0, DisplayState.Off), theme.stw, theme.user]) {
      expect(contrast(on, fill)).toBeGreaterThan(4.5);
      expect(contrast(ink, neutral.surface)).toBeGreaterThan(4.5);
    }
    for (const { fill, edge } of theme.groups) {
      expect(contrast(neutral.text, fill)).toBeGreaterThan(4.5);
      expect(contrast(edge, neutral.surface)).toBeGreaterThan(3.2);
    }
  });

  it('has states that stand out from the row, by their fill or by an obligatory outline', () => {
    for (const state of STATES) {
      const { fill, ink } = theme.states[state]!;
      const seen = state === Ready ? ink : fill;
      expect(contrast(seen, neutral.surface), STATE_NAMES[state]).toBeGreaterThan(2.95);
    }
    expect(contrast(theme.user.ink, neutral.surface)).toBeGreaterThan(3);
  });

  it.each(Object.entries(SIMULATIONS))('tells states of one height and texture apart for %s', (_, simulation) => {
    for (const a of STATES) {
      for (const b of STATES) {
        const sameLook = stateHeight(a, 18) === stateHeight(b, 18) && TEXTURED.includes(a) === TEXTURED.includes(b);
        if (a >= b || !sameLook || (TEXTURED.includes(a) && TEXTURED.includes(b))) continue;
        const delta = distance(theme.states[a]!.fill, theme.states[b]!.fill, simulation);
        expect(delta, `${STATE_NAMES[a]} and ${STATE_NAMES[b]}`).toBeGreaterThanOrEqual(8);
      }
    }
  });

  it('tells running from waiting for others, the pair that matters, for everybody', () => {
    const { Sync } = DisplayState;
    for (const simulation of Object.values(SIMULATIONS)) {
      expect(distance(theme.states[Run]!.fill, theme.states[Sync]!.fill, simulation)).toBeGreaterThan(11);
    }
  });

  it('has heat cells whose numbers can be read, each darker (brighter) than the one before', () => {
    for (const { fill, on } of theme.heat) expect(contrast(on, fill)).toBeGreaterThan(6.9);
    const light = theme.heat.map(({ fill }) => relativeLuminance(fill));
    const sorted = [...light].sort((a, b) => (theme.name === 'light' ? b - a : a - b));
    expect(light).toEqual(sorted);
  });

  it('becomes CSS variables, all of them colours', () => {
    const variables = new Map(cssVariables(theme));
    for (const name of ['--surface', '--run', '--runInk', '--readyOn', '--g7Edge', '--stwBand']) {
      expect(variables.get(name)).toMatch(/^#[0-9a-f]{6}$/);
    }
    for (const value of variables.values()) expect(value).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('is drawn in the colours that the system forces', () => {
    const system = { Canvas: '#000000', CanvasText: '#ffffff', GrayText: '#808080', Highlight: '#00ffff' };
    const forced = withForcedColours(theme, (name) => system[name as keyof typeof system]);
    const values = new Set(cssVariables(forced).map(([, value]) => value));
    expect([...values].sort()).toEqual(Object.values(system).sort());
    expect(forced.neutral.accent).toBe('#00ffff');
  });

  it('has no muted text when more contrast is asked for', () => {
    const strong = withMoreContrast(theme);
    expect(strong.neutral.muted).toBe(neutral.text);
    expect(strong.groups.every((group) => group.fill === neutral.surface)).toBe(true);
  });
});

describe('heights', () => {
  it('make work tall, waiting thin, sleep a line, the unknown a hair', () => {
    expect(STATES.map((state) => stateHeight(state, 18))).toEqual([18, 18, 18, 18, 7, 7, 3, 1]);
    expect(STATES.filter(isFullHeight)).toHaveLength(4);
  });
});

describe('group colours', () => {
  it('are stable and within the palette', () => {
    expect(groupColour('net/http')).toBe(groupColour('net/http'));
    const used = new Set(Array.from({ length: 200 }, (_, i) => groupColour(`package${i}`)));
    expect([...used].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
