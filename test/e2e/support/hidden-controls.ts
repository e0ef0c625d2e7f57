/** Whether the controls of a page can be seen and pressed: what a long name may push away or lie over. */
import type { Page } from 'playwright-core';

/** Where the controls are that must always be there, whatever a trace is called. */
const PLACES =
  '.top-bar, .panel-head, .page-tools, .timeline-head, .legend-entries, .table-tools, .breadcrumbs, .profile-facts';

/**
 * Controls that are outside of the page, empty, or under something else; each in words.
 * @param within selector of the places to look at
 */
export function hiddenControls(page: Page, within = PLACES): Promise<string[]> {
  return page.evaluate((places) => {
    const controls = [...document.querySelectorAll(places)].flatMap((place) => [
      ...place.querySelectorAll<HTMLElement>('button, input, select'),
    ]);
    /** Outside of something that a person can scroll: it can be brought back. */
    const isScrolledAway = (control: Element): boolean => {
      const box = control.getBoundingClientRect();
      const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
      for (let outer = control.parentElement; outer !== null; outer = outer.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(outer);
        const around = outer.getBoundingClientRect();
        if (scrolls(overflowY) && (box.bottom > around.bottom + 1 || box.top < around.top - 1)) return true;
        if (scrolls(overflowX) && (box.right > around.right + 1 || box.left < around.left - 1)) return true;
      }
      return false;
    };
    const problems: string[] = [];
    for (const control of new Set(controls)) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const name = control.getAttribute('aria-label') ?? control.textContent!.trim().slice(0, 40);
      if (isScrolledAway(control)) continue;
      const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
      if (width < 4 || height < 4) problems.push(`${name}: ${width} × ${height}`);
      else if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) {
        problems.push(`${name}: outside of the page (${Math.round(left)} to ${Math.round(right)})`);
      } else {
        const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const hit =
          at !== null && (control.contains(at) || at.contains(control) || control.closest('label')?.contains(at));
        if (!hit) problems.push(`${name}: under ${at?.className}`);
      }
    }
    return problems;
  }, within);
}

/** Elements that reach out of the page sideways, so that it would scroll as a whole. */
export function pageSize(page: Page): Promise<[number, number]> {
  return page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
}
