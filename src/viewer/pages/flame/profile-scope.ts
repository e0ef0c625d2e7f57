/**
 * What a profile is of: everything, a group, a kind of tasks, one task, or regions of a name; in words of the address
 * (`group:net/http.(*conn).serve`), as parts of goroutines' lives, and as a list to choose from.
 */
import {
  disjoint,
  type Extent,
  extentsOfRegions,
  livesIn,
  type TimeRange,
  taskExtents,
  wordsOf,
} from '../../../analysis/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import { taskNoun } from '../../state/task-words.ts';

export type ScopeKind = 'all' | 'group' | 'kind' | 'task' | 'region';

export interface ProfileScope {
  readonly kind: ScopeKind;
  /** Name of the group, kind or region, id of the task; '' for all. */
  readonly name: string;
}

const ALL: ProfileScope = { kind: 'all', name: '' };
const KINDS: readonly ScopeKind[] = ['group', 'kind', 'task', 'region'];

export function scopeText({ kind, name }: ProfileScope): string {
  return kind === 'all' ? 'all' : `${kind}:${name}`;
}

/** Reads an address; what is not known is everything. */
export function scopeOf(text: string | undefined): ProfileScope {
  const colon = text?.indexOf(':') ?? -1;
  const kind = KINDS.find((known) => known === text?.slice(0, colon));
  return kind === undefined ? ALL : { kind, name: text!.slice(colon + 1) };
}

/** The parts of lives that a scope is about, within the range. */
export function extentsOf(trace: OpenTrace, { kind, name }: ProfileScope, range: TimeRange): Iterable<Extent> {
  const { model, summary } = trace;
  const { strings, groups, regions, tasks } = model;
  const rows = (count: number, accept: (row: number) => boolean) =>
    Array.from({ length: count }, (_, row) => row).filter(accept);
  if (kind === 'all') return livesIn(model, model.goroutines.group.keys(), range);
  if (kind === 'group') {
    const group = groups.name.findIndex((id) => strings[id] === name);
    const members = group < 0 ? [] : groups.members.subarray(groups.offset[group]!, groups.offset[group + 1]!);
    return livesIn(model, members, range);
  }
  if (kind === 'region') {
    return extentsOfRegions(
      model,
      rows(regions.count, (row) => strings[regions.type[row]!] === name),
      range,
    );
  }
  const chosen = rows(tasks.count, (row) =>
    kind === 'task' ? String(tasks.id[row]) === name : strings[tasks.kind[row]!] === name,
  );
  return disjoint(
    chosen.flatMap((task) => taskExtents(model, summary.taskIndex, task)),
    range,
  );
}

export interface ScopeChoice {
  readonly text: string;
  readonly name: string;
}

export interface ScopeChoices {
  readonly title: string;
  readonly choices: readonly ScopeChoice[];
}

/** Of each sort, so many are offered; others are reached from where they are listed. */
const MOST = 25;

/** What can be chosen, by sort; `current` is always among it. */
export function scopeChoices(trace: OpenTrace, current: ProfileScope, selectedTask: number): ScopeChoices[] {
  const { model, names, summary } = trace;
  const words = wordsOf(model.info.dialect);
  const noun = taskNoun(trace);
  const choice = (kind: ScopeKind, id: string, name: string): ScopeChoice => ({
    text: scopeText({ kind, name: id }),
    name,
  });
  const regionNames = [...new Set(model.regions.type)].slice(0, MOST).map((id) => model.strings[id]!);
  const ofTasks = [
    ...(selectedTask >= 0
      ? [choice('task', String(model.tasks.id[selectedTask]), `selected: ${names.task(selectedTask)}`)]
      : []),
    ...summary.taskTypes.slice(0, MOST).map(({ name }) => choice('kind', name, names.clean(name))),
  ];
  const sorts: ScopeChoices[] = [
    { title: noun.Plural, choices: ofTasks },
    { title: 'Regions', choices: regionNames.map((name) => choice('region', name, names.clean(name))) },
    {
      title: words.groups,
      choices: Array.from(summary.groupOrder.subarray(0, MOST), (group) =>
        choice('group', model.strings[model.groups.name[group]!]!, names.group(group)),
      ),
    },
  ];
  const text = scopeText(current);
  const isListed = current.kind === 'all' || sorts.some(({ choices }) => choices.some((one) => one.text === text));
  if (!isListed)
    sorts.unshift({ title: 'Chosen', choices: [{ text, name: `${current.kind} ${names.clean(current.name)}` }] });
  return sorts.filter(({ choices }) => choices.length > 0);
}
