/** What stands at the right of a profile's title: how it is turned, graph or table, search, and the file for pprof. */
import { profileOf } from '../../../analysis/index.ts';
import { pprofOf } from '../../../exporters/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import { saveBlob } from '../../state/save.ts';
import type { Viewer } from '../../state/viewer.ts';
import { Icon } from '../../theme/icons.tsx';
import { count } from '../../theme/numbers.ts';
import { Segmented } from '../parts/page-parts.tsx';
import { functionMatcher } from './function-search.ts';
import type { ProfileRequest, ProfileResult, Turn } from './profile-data.ts';

interface ProfileToolsProps {
  readonly viewer: Viewer;
  readonly request: ProfileRequest;
  readonly result: ProfileResult | undefined;
  readonly turn: Turn;
}

export function ProfileTools({ viewer, request, result, turn }: ProfileToolsProps) {
  const { app } = viewer;
  const { view, search } = { view: app.pageView.value, search: app.pageView.value.q ?? '' };
  return (
    <span class="page-tools">
      <Segmented<Turn>
        label="How the graph is turned"
        value={turn}
        choices={[
          { key: 'plain', name: 'From root', title: 'From the outermost function inwards' },
          { key: 'inverted', name: 'Inverted', title: 'From what was waited for, or the innermost function, outwards' },
          { key: 'sandwich', name: 'Sandwich', title: 'Callers and callees of one function' },
        ]}
        onChoose={(next) => app.changeView({ turn: next === 'plain' ? undefined : next })}
      />
      <Segmented<string>
        label="Graph or table"
        value={view.as ?? 'graph'}
        choices={[
          { key: 'graph', name: 'Graph' },
          { key: 'table', name: 'Table', title: 'The functions, as a table' },
        ]}
        onChoose={(next) => app.changeView({ as: next === 'graph' ? undefined : next })}
      />
      <label class="profile-search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search functions"
          placeholder="Search functions"
          value={search}
          onInput={({ currentTarget: { value } }) => app.changeView({ q: value === '' ? undefined : value })}
        />
        {search !== '' && result !== undefined && (
          <span class="muted">{count(hitFunctions(viewer, result, search))}</span>
        )}
      </label>
      <button
        type="button"
        class="button"
        disabled={result === undefined || result.samples.stack.length === 0}
        title="Save for go tool pprof"
        onClick={() => result && void savePprof(app.trace.value!, request, result)}
      >
        <Icon name="download" />
        pprof
      </button>
    </span>
  );
}

function hitFunctions({ app }: Viewer, { totals }: ProfileResult, search: string): number {
  const found = functionMatcher(app.trace.value!, search);
  return totals.filter(({ func }) => func >= 0 && found(func)).length;
}

/** The file that `exectrace profile -o` writes for the same question. */
async function savePprof(
  { model }: OpenTrace,
  { question }: ProfileRequest,
  { samples }: ProfileResult,
): Promise<void> {
  const bytes = pprofOf(
    model,
    profileOf(model, question === 'off' ? 'sync' : question, samples),
  ) as Uint8Array<ArrayBuffer>;
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  saveBlob(`${question}.pb.gz`, await new Response(zipped).blob());
}
