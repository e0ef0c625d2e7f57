/** The bar on top: what is open, the pages, search, theme and help. */
import { pageNames } from '../pages/page-list.ts';
import type { Page } from '../state/pages.ts';
import { traceFacts, traceTitle } from '../state/trace-facts.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon, type IconName, Mark } from '../theme/icons.tsx';
import { SearchField } from './search-field.tsx';

export function TopBar({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const phase = app.phase.value;
  const trace = app.trace.value;
  return (
    <header class="top-bar">
      {trace === undefined ? (
        <span class="title">
          <Mark />
          exectrace
        </span>
      ) : (
        <h1 class="title">
          <Mark />
          <span class="cut">{traceTitle(trace)}</span>
        </h1>
      )}
      <span class="facts">
        {trace === undefined && <span>{phase.kind === 'loading' ? phase.progress.fileName : 'No trace open'}</span>}
        {trace !== undefined &&
          traceFacts(trace).map((fact) => (
            <span key={fact.text} class={fact.short ? 'fact' : 'fact wide'}>
              {fact.text}
            </span>
          ))}
      </span>
      <span class="space" />
      {trace !== undefined && <Pages viewer={viewer} />}
      {trace !== undefined && <SearchField viewer={viewer} />}
      <TopIcons viewer={viewer} />
    </header>
  );
}

function TopIcons({ viewer }: { viewer: Viewer }) {
  const { app, theme } = viewer;
  const dark = theme.theme.value.name === 'dark';
  return (
    <span class="top-icons">
      {app.trace.value !== undefined && (
        <>
          <IconButton
            icon="open"
            label="Open another trace"
            title="Open another trace (Ctrl O)"
            onClick={() => viewer.openPicker()}
          />
          <IconButton
            icon="download"
            label="Export"
            title="Export (Ctrl S)"
            onClick={() => {
              app.exportOpen.value = true;
            }}
          />
        </>
      )}
      <IconButton
        icon="theme"
        label={dark ? 'Use the light theme' : 'Use the dark theme'}
        title={dark ? 'Light theme' : 'Dark theme'}
        onClick={() => theme.toggle()}
      />
      <IconButton icon="help" label="Help" title="Keys and commands (?)" onClick={() => app.toggleHelp()} />
    </span>
  );
}

/** The pages, side by side; as a menu where there is no room. */
function Pages({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const pages = pageNames(viewer);
  return (
    <nav class="pages" aria-label="Pages">
      {pages.map(({ page, name }) => (
        <button
          key={page}
          type="button"
          aria-current={app.page.value === page ? 'page' : undefined}
          onClick={() => app.goToPage(page)}
        >
          {name}
        </button>
      ))}
      <select
        aria-label="Page"
        value={app.page.value}
        onChange={(event) => app.goToPage(event.currentTarget.value as Page)}
      >
        {pages.map(({ page, name }) => (
          <option key={page} value={page}>
            {name}
          </option>
        ))}
      </select>
    </nav>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** What it is called, and what is said of it on hover. */
  readonly label: string;
  readonly title: string;
  readonly onClick: () => void;
}

function IconButton({ icon, label, title, onClick }: IconButtonProps) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={title} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
