/** The export menu: everything that `state/exports.ts` offers, under the button on top. Arrow keys move, Enter does it. */
import { useEffect, useRef } from 'preact/hooks';
import { type Export, exportsOf, runExport } from '../state/exports.ts';
import type { Viewer } from '../state/viewer.ts';
import './export-menu.css';

export function ExportMenu({ viewer }: { viewer: Viewer }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    viewer.app.exportOpen.value = false;
  };
  const all = exportsOf(viewer);
  const sections = [...new Set(all.map(({ section }) => section))];
  return (
    <dialog
      class="export-menu"
      ref={dialog}
      aria-label="Export"
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
      onKeyDown={(event) => moveFocus(dialog.current!, event)}
    >
      {sections.map((section) => (
        <section key={section} aria-label={section}>
          <h2>{section}</h2>
          {all
            .filter((item) => item.section === section)
            .map((item) => (
              <Item key={item.id} viewer={viewer} item={item} close={close} />
            ))}
        </section>
      ))}
    </dialog>
  );
}

function Item({ viewer, item, close }: { viewer: Viewer; item: Export; close: () => void }) {
  const run = () => {
    close();
    void runExport(viewer, item);
  };
  return (
    <button type="button" class="export-item" data-export={item.id} onClick={run}>
      <span class="export-title">{item.title}</span>
      <span class="export-detail">{item.detail}</span>
      {item.keys !== undefined && <kbd>{item.keys}</kbd>}
    </button>
  );
}

/** Up and down go from item to item, and around the end. */
function moveFocus(menu: HTMLElement, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll<HTMLElement>('.export-item')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}
