/** The page: what is shown in each phase, and the order of its parts. Reading order is focus order. */

import { PageHost } from './pages/page-host.tsx';
import { Details } from './panels/details.tsx';
import { FindingsPanel } from './panels/findings-panel.tsx';
import { FindingsSoFar } from './panels/findings-so-far.tsx';
import { lazy } from './panels/lazy.tsx';
import { Legend } from './panels/legend.tsx';
import { StillReading } from './panels/loading-bar.tsx';
import { LoadingPage } from './panels/loading-page.tsx';
import { MessageBar, traceMessages } from './panels/messages.tsx';
import { RequestsPanel } from './panels/requests-panel.tsx';
import { TextureDefs } from './panels/state-bar.tsx';
import { TopBar } from './panels/top-bar.tsx';
import type { Viewer } from './state/viewer.ts';
import { Overview } from './timeline/overview.tsx';
import { Timeline } from './timeline/timeline.tsx';

const BlocksPanel = lazy(async () => (await import('./panels/blocks-panel.tsx')).BlocksPanel);
const GroupsPanel = lazy(async () => (await import('./panels/groups-panel.tsx')).GroupsPanel);
const Help = lazy(async () => (await import('./panels/help.tsx')).Help);
const EmptyPage = lazy(async () => (await import('./panels/empty-page.tsx')).EmptyPage);
const SelectedTask = lazy(async () => (await import('./panels/selected-task.tsx')).SelectedTask);
// While these are open the page's keys are theirs: one that cannot be fetched is closed again.
const Palette = lazy(
  async () => (await import('./panels/palette.tsx')).Palette,
  ({ viewer }) => {
    viewer.app.palette.value = undefined;
  },
);
const ExportMenu = lazy(
  async () => (await import('./panels/export-menu.tsx')).ExportMenu,
  ({ viewer }) => {
    viewer.app.exportOpen.value = false;
  },
);

export function App({ viewer }: { viewer: Viewer }) {
  const phase = viewer.app.phase.value;
  const palette = viewer.app.palette.value;
  return (
    <>
      <SkipLinks viewer={viewer} />
      <TextureDefs />
      <TopBar viewer={viewer} />
      {phase.kind === 'empty' && <EmptyPage viewer={viewer} message={undefined} />}
      {phase.kind === 'failed' && <EmptyPage viewer={viewer} message={phase.message} />}
      {phase.kind === 'loading' && <LoadingPage viewer={viewer} progress={phase.progress} />}
      {phase.kind === 'open' && <TracePage viewer={viewer} />}
      {phase.kind !== 'empty' && phase.kind !== 'failed' && <Legend viewer={viewer} />}
      {viewer.app.helpOpen.value && <Help viewer={viewer} />}
      {palette !== undefined && <Palette viewer={viewer} initial={palette} />}
      {viewer.app.exportOpen.value && <ExportMenu viewer={viewer} />}
      <div class="live" aria-live="polite">
        {viewer.app.announcement.value}
      </div>
    </>
  );
}

/** The first stop of the Tab key: over the bar, straight to the parts of the page. */
function SkipLinks({ viewer }: { viewer: Viewer }) {
  if (viewer.app.phase.value.kind !== 'open' || viewer.app.page.value !== 'overview') return null;
  const go = (id: string) => () => document.getElementById(id)?.focus();
  return (
    <nav class="skip" aria-label="Skip to">
      <button type="button" onClick={go('panel-1')}>
        Skip to what stands out
      </button>
      <button type="button" onClick={go('timeline')}>
        Skip to the timeline
      </button>
    </nav>
  );
}

function TracePage({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const notice = app.notice.value;
  const page = app.page.value;
  return (
    <main class="trace" data-reading={trace.isPartial ? '' : undefined}>
      <Overview viewer={viewer} />
      <StillReading viewer={viewer} />
      {traceMessages(trace).map((message) => (
        <MessageBar key={message.title} message={message} />
      ))}
      {notice !== undefined && (
        <MessageBar
          message={notice}
          onClose={() => {
            app.notice.value = undefined;
          }}
        />
      )}
      {page === 'overview' ? <OverviewPage viewer={viewer} /> : <PageHost viewer={viewer} page={page} />}
    </main>
  );
}

function OverviewPage({ viewer }: { viewer: Viewer }) {
  const { task } = viewer.app.selection.value;
  return (
    <>
      {task >= 0 ? <SelectedTask viewer={viewer} task={task} /> : <Panels viewer={viewer} />}
      <Timeline viewer={viewer} />
      <Details viewer={viewer} />
    </>
  );
}

function Panels({ viewer }: { viewer: Viewer }) {
  const trace = viewer.app.trace.value!;
  const hasTasks = trace.summary.slowest.length > 0;
  const node = trace.model.info.dialect === 'node';
  return (
    <div class={hasTasks ? 'panels' : 'panels two'}>
      {trace.isPartial ? <FindingsSoFar viewer={viewer} /> : <FindingsPanel viewer={viewer} />}
      {hasTasks ? <RequestsPanel viewer={viewer} /> : <GroupsPanel viewer={viewer} number={2} />}
      {hasTasks && (node ? <BlocksPanel viewer={viewer} /> : <GroupsPanel viewer={viewer} />)}
    </div>
  );
}
