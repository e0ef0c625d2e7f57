/** The menu Rows: their order, their height, what is pinned and hidden. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lazy } from '../panels/lazy.tsx';
import type { Viewer } from '../state/viewer.ts';

const Items = lazy(async () => (await import('./rows-menu-items.tsx')).RowsMenuItems);

export function RowsMenu({ viewer }: { viewer: Viewer }) {
  const open = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key !== 'Escape' : menu.current?.contains(event.target as Node))
        return;
      open.value = false;
      event.stopPropagation();
    };
    document.addEventListener('pointerdown', close, true);
    document.addEventListener('keydown', close, true);
    return () => {
      document.removeEventListener('pointerdown', close, true);
      document.removeEventListener('keydown', close, true);
    };
  }, [open.value]);
  const toggle = () => {
    open.value = !open.value;
  };
  return (
    <div class="rows-menu" ref={menu}>
      <button type="button" class="button small" aria-expanded={open.value} aria-controls="rows-menu" onClick={toggle}>
        Rows ▾
      </button>
      {open.value && (
        <div class="menu" id="rows-menu">
          <Items viewer={viewer} />
        </div>
      )}
    </div>
  );
}
