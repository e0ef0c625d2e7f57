/**
 * Search over names and ids: matches as a list under the field. Arrow keys move, Enter goes to a match, Escape closes.
 * Names are interned, so a search is fast enough to run at every key.
 */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { search, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { taskNoun } from '../state/task-words.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { duration } from '../theme/numbers.ts';

interface Match {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
  readonly go: () => void;
}

/** Matches per kind of thing, and in all. */
const PER_KIND = 6;
const MOST = 14;

export function SearchField({ viewer }: { viewer: Viewer }) {
  const text = useSignal('');
  const at = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  const asked = text.value.trim() !== '';
  const matches = asked ? findMatches(viewer, viewer.app.trace.value!, text.value) : [];
  const close = () => {
    text.value = '';
    field.current?.blur();
  };
  const choose = (match: Match | undefined) => {
    match?.go();
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') at.value = Math.min(at.value + 1, matches.length - 1);
    else if (event.key === 'ArrowUp') at.value = Math.max(at.value - 1, 0);
    else if (event.key === 'Enter' && matches.length > 0) choose(matches[Math.min(at.value, matches.length - 1)]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search class="search">
      <label for="search" aria-hidden="true">
        <Icon name="search" />
      </label>
      <input
        ref={field}
        id="search"
        type="text"
        role="combobox"
        autoComplete="off"
        spellcheck={false}
        aria-label="Search"
        aria-expanded={matches.length > 0}
        aria-controls="search-matches"
        placeholder="Search names and numbers"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          text.value = '';
        }}
      />
      <kbd>/</kbd>
      {asked && <MatchList matches={matches} at={at.value} choose={choose} />}
    </search>
  );
}

interface MatchListProps {
  readonly matches: readonly Match[];
  readonly at: number;
  readonly choose: (match: Match) => void;
}

function MatchList({ matches, at, choose }: MatchListProps) {
  return (
    <div class="search-matches" id="search-matches" role="listbox">
      {matches.length === 0 && <div class="no-match">Nothing is named like this.</div>}
      {matches.map((match, i) => (
        <div
          key={match.key}
          role="option"
          tabIndex={-1}
          aria-selected={i === at}
          class="match"
          // Before the field loses focus and the list closes.
          onMouseDown={(event) => {
            event.preventDefault();
            choose(match);
          }}
        >
          <span class="match-kind">{match.kind}</span>
          <span class="match-name">{match.name}</span>
          <span class="match-detail">{match.detail}</span>
        </div>
      ))}
    </div>
  );
}

function findMatches({ app }: Viewer, trace: OpenTrace, text: string): Match[] {
  const { model, names } = trace;
  const found = search(model, text, PER_KIND);
  const words = wordsOf(model.info.dialect);
  const at = (time: number) => trace.clock(time, 1e6);
  const { tasks, goroutines, regions, logs, groups } = model;
  // The slowest tasks first: they are what one looks for.
  const byLength = search(model, text, model.tasks.count).tasks.slice();
  byLength.sort((a, b) => (tasks.end[b]! - tasks.start[b]! || 0) - (tasks.end[a]! - tasks.start[a]! || 0));
  const matches: Match[] = byLength.slice(0, PER_KIND).map((task) => ({
    key: `t${task}`,
    kind: taskNoun(trace).singular,
    name: names.task(task),
    detail: duration(tasks.end[task]! - tasks.start[task]!),
    go: () => app.showTask(task),
  }));
  for (const group of found.groups) {
    const size = groups.offset[group + 1]! - groups.offset[group]!;
    const go = () => app.showGroup(group);
    matches.push({ key: `g${group}`, kind: 'group', name: names.group(group), detail: `×${size}`, go });
  }
  for (const strand of found.goroutines) {
    const created = goroutines.created[strand]!;
    const detail = Number.isNaN(created) ? `${goroutines.id[strand]}` : `${goroutines.id[strand]} from ${at(created)}`;
    const go = () => app.showStrand(strand);
    matches.push({ key: `s${strand}`, kind: words.goroutine, name: names.functionOf(strand), detail, go });
  }
  for (const region of found.regions) {
    const time = regions.start[region]!;
    const go = () => app.showMark(regions.task[region]!, regions.goroutine[region]!, time, regions.end[region]!);
    matches.push({ key: `r${region}`, kind: 'region', name: names.text(regions.type[region]!), detail: at(time), go });
  }
  for (const log of found.logs) {
    const name = `${names.text(logs.category[log]!)} ${names.text(logs.message[log]!)}`;
    const time = logs.time[log]!;
    const go = () => app.showMark(logs.task[log]!, logs.goroutine[log]!, time, time);
    matches.push({ key: `l${log}`, kind: 'log', name, detail: at(time), go });
  }
  return matches.slice(0, MOST);
}
