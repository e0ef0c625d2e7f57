/**
 * A profile of the chosen range: what is asked (CPU, waiting, being ready), of what (all, a group, requests, regions), turned
 * as one likes; with search, the functions as a table, facts about the selected frame, and the file for pprof.
 */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type FlameGraph, type FunctionTotal, NO_STACK, profileOf, wordsOf } from '../../../analysis/index.ts';
import { pprofOf } from '../../../exporters/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { RangeChip } from '../../panels/scope-chip.tsx';
import { TableTools } from '../../panels/table-tools.tsx';
import { useBackground } from '../../state/background.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import { saveBlob } from '../../state/save.ts';
import type { Viewer } from '../../state/viewer.ts';
import { Icon } from '../../theme/icons.tsx';
import { columnUnit, count, duration, durationIn, percent } from '../../theme/numbers.ts';
import { pageRange, Segmented } from '../parts/page-parts.tsx';
import { type Column, SortTable, tableOf } from '../parts/sort-table.tsx';
import { hitTime } from './flame-layout.ts';
import { FlameView } from './flame-view.tsx';
import { FlameWords } from './flame-words.ts';
import './flame.css';
import {
  aroundSteps,
  type ProfileRequest,
  type ProfileResult,
  QUESTIONS,
  type Question,
  resultSteps,
  samplesSteps,
  type Turn,
} from './profile-data.ts';
import { type ProfileScope, scopeChoices, scopeOf, scopeText } from './profile-scope.ts';

interface ProfilePanelProps {
  readonly viewer: Viewer;
  /** What the profile is of, when the page decides it and not the person. */
  readonly fixed?: ProfileScope;
}

export function ProfilePanel({ viewer, fixed }: ProfilePanelProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const view = app.pageView.value;
  const range = pageRange(viewer);
  const question = QUESTIONS.find((known) => known === view.type) ?? 'off';
  const turn: Turn = view.turn === 'inverted' || view.turn === 'sandwich' ? view.turn : 'plain';
  const scope = fixed ?? scopeOf(view.of);
  const isNode = trace.model.info.dialect === 'node';
  const chained = isNode && view.calls !== 'stack';
  const request = useMemo<ProfileRequest>(
    () => ({ question, scope, range, chained }),
    [question, scopeText(scope), range, chained],
  );
  const samples = useBackground(() => samplesSteps(trace, request), [trace, request]);
  const focus = turn === 'sandwich' ? (view.f ?? '') : '';
  const result = useBackground<ProfileResult>(
    () => (samples.value === undefined ? undefined : resultSteps(trace, samples.value, turn, focus)),
    [samples.value, turn, focus],
  );
  const busy = samples.busy || result.busy;
  return (
    <section class="page profile" aria-label="Profile" aria-busy={busy}>
      <PanelHead
        title="Profile"
        right={<Tools viewer={viewer} request={request} result={result.value} turn={turn} />}
      />
      <Questions viewer={viewer} question={question} choosable={fixed === undefined} />
      {result.value === undefined ? (
        <p class="muted profile-note">Adding up …</p>
      ) : (
        <Result key={turn} viewer={viewer} result={result.value} turn={turn} question={question} />
      )}
    </section>
  );
}

/** What is asked, and of what. */
function Questions({ viewer, question, choosable }: { viewer: Viewer; question: Question; choosable: boolean }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { states } = wordsOf(trace.model.info.dialect);
  const view = app.pageView.value;
  const isNode = trace.model.info.dialect === 'node';
  const isOff = question !== 'cpu' && question !== 'sched';
  const noSamples =
    trace.model.samples.count > 0
      ? undefined
      : isNode
        ? 'This trace has no CPU samples; record them with --cpu'
        : 'This trace has no CPU samples; they are in it when a CPU profile was taken meanwhile';
  return (
    <div class="profile-questions">
      <Segmented<string>
        label="What is looked at"
        value={isOff ? 'off' : question}
        choices={[
          { key: 'cpu', name: 'CPU samples', disabled: noSamples },
          { key: 'off', name: 'Off-CPU', title: 'Time not running and not ready: what was waited for' },
          { key: 'sched', name: capital(states[3]!), title: 'Time able to run, but not run' },
        ]}
        onChoose={(type) => app.changeView({ type: type === 'off' ? undefined : type })}
      />
      {isOff && (
        <>
          <span class="muted">why</span>
          <Segmented<Question>
            label="What was waited for"
            value={question}
            choices={[
              { key: 'off', name: 'all' },
              { key: 'sync', name: isNode ? 'await' : 'sync', title: states[5]! },
              { key: 'net', name: 'network', title: states[4]! },
              { key: 'syscall', name: isNode ? 'pool' : 'syscall', title: states[1]! },
            ]}
            onChoose={(type) => app.changeView({ type: type === 'off' ? undefined : type })}
          />
        </>
      )}
      {choosable && <ScopeSelect viewer={viewer} />}
      {isNode && (
        <label class="check">
          <input
            type="checkbox"
            checked={view.calls !== 'stack'}
            onChange={({ currentTarget: { checked } }) => app.changeView({ calls: checked ? undefined : 'stack' })}
          />
          with who caused it
        </label>
      )}
      {choosable && <span class="space" />}
      {choosable && <RangeChip viewer={viewer} />}
    </div>
  );
}

/** What the profile is of. */
function ScopeSelect({ viewer: { app } }: { viewer: Viewer }) {
  const trace = app.trace.value!;
  const scope = scopeOf(app.pageView.value.of);
  return (
    <label class="profile-of">
      <span class="muted">of</span>
      <select
        value={scopeText(scope)}
        onChange={({ currentTarget: { value } }) => app.changeView({ of: value === 'all' ? undefined : value })}
      >
        <option value="all">everything</option>
        {scopeChoices(trace, scope, app.selection.value.task).map(({ title, choices }) => (
          <optgroup key={title} label={title}>
            {choices.map(({ text, name }) => (
              <option key={text} value={text}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

interface ToolsProps {
  readonly viewer: Viewer;
  readonly request: ProfileRequest;
  readonly result: ProfileResult | undefined;
  readonly turn: Turn;
}

function Tools({ viewer, request, result, turn }: ToolsProps) {
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
  const found = matcher(app.trace.value!, search);
  return totals.filter(({ func }) => func >= 0 && found(func)).length;
}

function matcher({ model }: OpenTrace, search: string): (func: number) => boolean {
  const wanted = search.toLowerCase();
  return (func) => model.strings[func]!.toLowerCase().includes(wanted);
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

interface ResultProps {
  readonly viewer: Viewer;
  readonly result: ProfileResult;
  readonly turn: Turn;
  readonly question: Question;
}

function Result({ viewer, result, turn, question }: ResultProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const { samples, totals, graphs } = result;
  const words = useMemo(() => new FlameWords(trace, samples), [trace, samples]);
  // Of a sandwich, the function in its middle, as the root of what it calls.
  const initial = turn === 'sandwich' ? { graph: 1, node: 1 } : { graph: 0, node: 0 };
  const selected = useSignal(initial);
  const chosen = selected.value;
  const at = chosen.node < (graphs[chosen.graph]?.count ?? 0) ? chosen : initial;
  const graph = graphs[at.graph];
  const { node } = at;
  const search = app.pageView.value.q ?? '';
  const noun = question === 'cpu' ? 'samples' : 'waits';
  const all = samples.value.reduce((a, b) => a + b, 0);
  if (graph === undefined || all === 0) {
    return <p class="profile-note muted">Nothing of this kind happened here.</p>;
  }
  if (app.pageView.value.as === 'table') {
    return <FunctionTable viewer={viewer} totals={totals} words={words} all={all} search={search} noun={noun} />;
  }
  const hits = graphs.map((one) => (search === '' ? undefined : hitsOf(one, matcher(trace, search))));
  const found = hits[0] === undefined ? undefined : hitTime(graphs[0]!, hits[0]);
  return (
    <div class="profile-result">
      <div class="profile-graphs">
        {graphs.map((one, i) => (
          <div key={i} class="profile-half">
            {turn === 'sandwich' && <h3>{i === 0 ? 'Callers' : 'Callees'}</h3>}
            <FlameView
              viewer={viewer}
              graph={one}
              words={words}
              label={`${LABELS[question]}, ${turn === 'sandwich' ? (i === 0 ? 'callers' : 'callees') : turn}`}
              flipped={turn === 'sandwich' && i === 0}
              rootless={turn === 'sandwich'}
              selected={i === at.graph ? node : -1}
              onSelect={(next) => {
                selected.value = { graph: i, node: next };
              }}
              hits={hits[i]}
              noun={noun}
            />
          </div>
        ))}
        <p class="muted profile-note">
          {question === 'cpu'
            ? 'Width is CPU time: each sample stands for the time between two of them.'
            : question === 'sched'
              ? 'Width is time ready but not running. The stack is that of whoever made it ready.'
              : 'Width is time not running, summed over all that was there. The last frame is what was waited for, in its colour.'}{' '}
          {found !== undefined && `${percent(found / all)} of the time is in what the search has found.`}
        </p>
      </div>
      <FrameFacts viewer={viewer} result={result} words={words} graph={graph} node={node} noun={noun} all={all} />
    </div>
  );
}

const LABELS: Readonly<Record<Question, string>> = {
  cpu: 'CPU time',
  off: 'time not running',
  net: 'time waiting for the network',
  sync: 'time waiting for other code',
  syscall: 'time in syscalls',
  sched: 'time ready, not running',
};

function hitsOf({ count: nodes, func }: FlameGraph, isFound: (func: number) => boolean): Uint8Array {
  const known = new Map<number, boolean>();
  return Uint8Array.from({ length: nodes }, (_, node) => {
    const own = func[node]!;
    if (own < 0) return 0;
    if (!known.has(own)) known.set(own, isFound(own));
    return known.get(own) ? 1 : 0;
  });
}

interface FactsProps {
  readonly viewer: Viewer;
  readonly result: ProfileResult;
  readonly words: FlameWords;
  readonly graph: FlameGraph;
  readonly node: number;
  readonly noun: string;
  readonly all: number;
}

/** Rows of callers and callees. */
const MOST_AROUND = 8;

/** What is selected: its time here and in all, who called it, whom it called. */
function FrameFacts({ viewer, result, words, graph, node, noun, all }: FactsProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const func = graph.func[node]!;
  const total = result.totals.find((entry) => entry.func === func);
  const around = useBackground(
    () => (func < 0 ? undefined : aroundSteps(trace, result.samples, func)),
    [result.samples, func],
  ).value;
  const sandwich = () => app.changeView({ turn: 'sandwich', f: trace.model.strings[func]! });
  return (
    <aside class="profile-facts" aria-label="Selected frame">
      <b class="cut" title={words.name(graph, node)}>
        {words.name(graph, node)}
      </b>
      <div class="muted cut">{func >= 0 ? words.file(func) : ' '}</div>
      <table class="numbers">
        <tbody>
          <FactRow name="here" value={graph.value[node]!} all={all} />
          {total !== undefined && <FactRow name="in all" value={total.total} all={all} />}
          {total !== undefined && <FactRow name="itself" value={total.self} all={all} />}
          <tr>
            <td>{noun}</td>
            <td>{count(graph.times[node]!)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      {func >= 0 && (
        <button type="button" class="link" onClick={sandwich}>
          Callers and callees as a graph
        </button>
      )}
      {around !== undefined && func >= 0 && (
        <>
          <AroundTable
            title="Callers"
            rows={around.callers.map(([one, value]) => [words.func(one), value])}
            all={total?.total ?? 0}
          />
          <AroundTable
            title="Goes to"
            rows={around.callees.map(([one, value, leaf]) => [leaf >= 0 ? words.reason(leaf) : words.func(one), value])}
            all={total?.total ?? 0}
          />
        </>
      )}
    </aside>
  );
}

function FactRow({ name, value, all }: { name: string; value: number; all: number }) {
  return (
    <tr>
      <td>{name}</td>
      <td>
        <b>{duration(value)}</b>
      </td>
      <td class="muted">{percent(all > 0 ? value / all : 0)}</td>
    </tr>
  );
}

function AroundTable({
  title,
  rows,
  all,
}: {
  title: string;
  rows: readonly (readonly [string, number])[];
  all: number;
}) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <table class="numbers dense">
        <tbody>
          {rows.slice(0, MOST_AROUND).map(([name, value], i) => (
            <tr key={i}>
              <td class="cut" title={name}>
                {name}
              </td>
              <td>{duration(value)}</td>
              <td class="muted">{percent(all > 0 ? value / all : 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_AROUND && <p class="muted">and {count(rows.length - MOST_AROUND)} more</p>}
    </>
  );
}

interface FunctionTableProps {
  readonly viewer: Viewer;
  readonly totals: readonly FunctionTotal[];
  readonly words: FlameWords;
  readonly all: number;
  readonly search: string;
  readonly noun: string;
}

/** The functions: what the graph shows, as numbers. */
function FunctionTable({ viewer, totals, words, all, search, noun }: FunctionTableProps) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const isFound = matcher(trace, search);
  const rows = search === '' ? totals : totals.filter(({ func }) => func >= 0 && isFound(func));
  const unit = columnUnit(all);
  const share = (value: number) => percent(all > 0 ? value / all : 0);
  const columns: Column<FunctionTotal>[] = [
    {
      key: 'function',
      head: 'function',
      text: true,
      class: 'cut',
      value: ({ func }) => words.func(func),
      cell: ({ func }) => words.func(func),
    },
    {
      key: 'file',
      head: 'file',
      text: true,
      class: 'cut muted wide',
      value: ({ func }) => words.file(func),
      cell: ({ func }) => words.file(func),
    },
    {
      key: 'total, ns',
      head: `in all, ${unit.name}`,
      value: ({ total }) => total,
      cell: ({ total }) => <b>{durationIn(total, unit)}</b>,
    },
    { key: 'total share', head: 'share', value: ({ total }) => total / (all || 1), cell: ({ total }) => share(total) },
    {
      key: 'self, ns',
      head: `itself, ${unit.name}`,
      value: ({ self }) => self,
      cell: ({ self }) => durationIn(self, unit),
    },
    { key: 'self share', head: 'share', value: ({ self }) => self / (all || 1), cell: ({ self }) => share(self) },
    { key: noun, head: noun, value: ({ times }) => times, cell: ({ times }) => count(times) },
  ];
  return (
    <div class="page-scroll">
      <div class="table-head">
        <span class="muted">
          {count(rows.length)} functions, {duration(all)}; a row opens its callers and callees
        </span>
        <TableTools name="functions" table={() => tableOf(columns, rows)} />
      </div>
      <SortTable
        label="Functions"
        columns={columns}
        rows={rows}
        sortBy="total, ns"
        rowKey={({ func }) => func}
        onChoose={({ func }) =>
          func !== NO_STACK && app.changeView({ turn: 'sandwich', as: undefined, f: trace.model.strings[func]! })
        }
      />
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
