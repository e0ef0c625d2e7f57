/**
 * A profile of the chosen range: what is asked (CPU, waiting, being ready), and of what (all, a group, requests, regions);
 * below it the answer, as graphs with facts about the selected frame, or as a table.
 */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type FlameGraph, wordsOf } from '../../../analysis/index.ts';
import { PanelHead } from '../../panels/panel-head.tsx';
import { RangeChip } from '../../panels/scope-chip.tsx';
import { useBackground } from '../../state/background.ts';
import type { Viewer } from '../../state/viewer.ts';
import { percent } from '../../theme/numbers.ts';
import { pageRange, Segmented } from '../parts/page-parts.tsx';
import { hitTime } from './flame-layout.ts';
import { FlameView } from './flame-view.tsx';
import { FlameWords } from './flame-words.ts';
import { FrameFacts } from './frame-facts.tsx';
import { functionMatcher } from './function-search.ts';
import { FunctionTable } from './function-table.tsx';
import './flame.css';
import {
  type ProfileRequest,
  type ProfileResult,
  QUESTIONS,
  type Question,
  resultSteps,
  samplesSteps,
  type Turn,
} from './profile-data.ts';
import { type ProfileScope, scopeChoices, scopeOf, scopeText } from './profile-scope.ts';
import { ProfileTools } from './profile-tools.tsx';

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
        right={<ProfileTools viewer={viewer} request={request} result={result.value} turn={turn} />}
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
  const hits = graphs.map((one) => (search === '' ? undefined : hitsOf(one, functionMatcher(trace, search))));
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

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
