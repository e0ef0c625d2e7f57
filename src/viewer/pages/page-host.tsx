/** Shows the page that the state names, once its chunk is here. */
import { useEffect, useState } from 'preact/hooks';
import type { Page } from '../state/pages.ts';
import type { Viewer } from '../state/viewer.ts';
import { LOADERS, type PageComponent } from './page-list.ts';

/** Chunks that are here. */
const loaded = new Map<Page, PageComponent>();

export function PageHost({ viewer, page }: { viewer: Viewer; page: Exclude<Page, 'overview'> }) {
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [, setArrived] = useState(0);
  useEffect(() => {
    if (loaded.has(page)) return;
    setFailure(undefined);
    LOADERS[page]().then(
      (component) => {
        loaded.set(page, component);
        setArrived((n) => n + 1);
      },
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
    );
  }, [page]);
  const Shown = loaded.get(page);
  if (Shown !== undefined) return <Shown viewer={viewer} />;
  return (
    <section class="page" aria-busy={failure === undefined}>
      {failure !== undefined && (
        <p role="alert">
          This page could not be loaded: {failure}. It comes from where the viewer came from; is that still there?
        </p>
      )}
    </section>
  );
}
