/** Files dropped anywhere on the page are opened. While one is over it, the page says so (`data-dropping`). */
import type { Viewer } from './viewer.ts';

export function bindDrop({ loader }: Viewer): void {
  const root = document.documentElement;
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    root.dataset.dropping = 'true';
  };
  document.addEventListener('dragenter', over);
  document.addEventListener('dragover', over);
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) delete root.dataset.dropping;
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    delete root.dataset.dropping;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) loader.open({ kind: 'file', file });
  });
}
