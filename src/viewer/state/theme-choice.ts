/**
 * Light or dark: what the system says until a person chooses, then that choice, remembered in the browser. The chosen
 * theme's colours are set as CSS variables of the page.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import {
  cssVariables,
  THEMES,
  type Theme,
  type ThemeName,
  withForcedColours,
  withMoreContrast,
} from '../theme/tokens.ts';

const STORAGE_KEY = 'exectrace.theme';

export class ThemeChoice {
  /** The person's choice; undefined: as the system says. */
  readonly chosen = signal<ThemeName | undefined>(readStored());
  readonly #systemDark = media('(prefers-color-scheme: dark)');
  readonly #moreContrast = media('(prefers-contrast: more)');

  readonly #forcedColours = media('(forced-colors: active)');

  readonly theme = computed<Theme>(() => {
    const theme = THEMES[this.chosen.value ?? (this.#systemDark.value ? 'dark' : 'light')];
    if (this.#forcedColours.value) return withForcedColours(theme, systemColour);
    return this.#moreContrast.value ? withMoreContrast(theme) : theme;
  });

  toggle(): void {
    const name: ThemeName = this.theme.value.name === 'dark' ? 'light' : 'dark';
    this.chosen.value = name;
    try {
      localStorage.setItem(STORAGE_KEY, name);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  /** Keeps the CSS variables of an element at the theme. */
  applyTo(root: HTMLElement): void {
    effect(() => {
      const theme = this.theme.value;
      for (const [name, value] of cssVariables(theme)) root.style.setProperty(name, value);
      root.style.setProperty('color-scheme', theme.name);
      root.dataset.theme = theme.name;
    });
  }
}

function readStored(): ThemeName | undefined {
  try {
    const name = localStorage.getItem(STORAGE_KEY);
    return name === 'light' || name === 'dark' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** A CSS system colour as `#rrggbb`: canvases need the value, as the page resolves it. */
function systemColour(name: string): string {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.setProperty('forced-color-adjust', 'none');
  probe.style.color = name;
  const channels = getComputedStyle(probe).color.match(/\d+/g) ?? [];
  probe.remove();
  const hex = channels.slice(0, 3).map((channel) => Number(channel).toString(16).padStart(2, '0'));
  return `#${hex.join('')}`;
}

function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', () => {
    matches.value = list.matches;
  });
  return matches;
}
