/**
 * Whether single letters are keys: for people who speak or mistype, they can be switched off (WCAG 2.1.4); everything stays
 * reachable through the palette and the page itself. Remembered in the browser.
 */
import { effect, signal } from '@preact/signals';

const STORAGE_KEY = 'exectrace.keys';

export class KeyChoice {
  readonly singleKeys = signal(readStored());

  constructor() {
    effect(() => {
      const on = this.singleKeys.value;
      try {
        if (on) localStorage.removeItem(STORAGE_KEY);
        else localStorage.setItem(STORAGE_KEY, 'off');
      } catch {
        // Storage may be forbidden; the choice then lasts as long as the page.
      }
    });
  }

  toggle(): void {
    this.singleKeys.value = !this.singleKeys.value;
  }
}

function readStored(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== 'off';
  } catch {
    return true;
  }
}
