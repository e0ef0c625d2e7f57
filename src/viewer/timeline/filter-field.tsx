/**
 * The filter of rows and slices: a field in the head of the timeline, how much it holds of, and steps to the next and the
 * previous match. What cannot be understood is said under the field, in words.
 */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { count } from '../theme/numbers.ts';
import type { FilterProblem } from './filter-run.ts';

/** Milliseconds without a key after which the filter is worked out. */
const TYPED = 120;

export function FilterField({ viewer }: { viewer: Viewer }) {
  const { app, timeline } = viewer;
  const problem = useSignal<FilterProblem | undefined>(undefined);
  useSignalEffect(() => {
    const trace = app.trace.value;
    const text = app.filterText.value.trim();
    if (trace === undefined || text === '') {
      timeline.filter.value = undefined;
      problem.value = undefined;
      return;
    }
    let isOld = false;
    const timer = setTimeout(async () => {
      const { runFilter } = await import('./filter-run.ts');
      if (isOld) return;
      const found = runFilter(trace, text);
      problem.value = 'message' in found ? found : undefined;
      timeline.filter.value = 'message' in found ? undefined : found;
    }, TYPED);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  });
  const step = (by: 1 | -1) => void import('./filter-run.ts').then(({ stepFilter }) => stepFilter(viewer, by));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key !== 'Escape') return;
    else if (app.filterText.value !== '') app.filterText.value = '';
    else (event.currentTarget as HTMLElement).blur();
    event.preventDefault();
    event.stopPropagation();
  };
  const matches = timeline.filter.value?.matches;
  const asked = app.filterText.value !== '';
  return (
    <div class={asked ? 'filter asked' : 'filter'}>
      <label class="filter-icon" for="filter" aria-hidden="true">
        <Icon name="filter" />
      </label>
      <input
        id="filter"
        type="text"
        autoComplete="off"
        spellcheck={false}
        aria-label="Filter rows and slices"
        aria-invalid={problem.value !== undefined}
        aria-describedby="filter-said"
        placeholder="Filter: state=ready dur>1ms"
        value={app.filterText.value}
        onInput={(event) => {
          app.filterText.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      {matches !== undefined && (
        <>
          <span class="muted filter-count" id="filter-said">
            {count(matches.count)} {matches.count === 1 ? 'slice' : 'slices'}
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label="Previous match"
            title="Shift Enter"
            onClick={() => step(-1)}
          >
            <Icon name="previous" />
          </button>
          <button type="button" class="icon-button" aria-label="Next match" title="Enter" onClick={() => step(1)}>
            <Icon name="next" />
          </button>
        </>
      )}
      {asked && (
        <button
          type="button"
          class="icon-button"
          aria-label="Clear the filter"
          title="Esc"
          onClick={() => {
            app.filterText.value = '';
          }}
        >
          <Icon name="close" />
        </button>
      )}
      {problem.value !== undefined && (
        <div class="filter-problem" role="alert" id="filter-said">
          <b>{app.filterText.value.trim().slice(problem.value.at, problem.value.at + problem.value.length)}</b>
          <div>{problem.value.message}</div>
        </div>
      )}
    </div>
  );
}
