/**
 * A flame graph to look at and to operate: frames as wide as their time, the root on top (of callers: at the bottom). Click
 * selects, a second click or Enter zooms, arrow keys move, Escape zooms out.
 */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { FlameGraph } from '../../../analysis/index.ts';
import { useWidth } from '../../panels/use-width.ts';
import type { Viewer } from '../../state/viewer.ts';
import { count, duration, percent } from '../../theme/numbers.ts';
import { fitLabel } from '../../timeline/labels.ts';
import { rootScale } from '../../timeline/view.ts';
import { neighbour, type PlacedFrame, placeFrames } from './flame-layout.ts';
import type { FlameWords } from './flame-words.ts';

/** Design pixels of a row, its frame and one of air. */
const ROW = 24;
/** Left and right of a label. */
const PADDING = 10;

interface FlameViewProps {
  readonly viewer: Viewer;
  readonly graph: FlameGraph;
  readonly words: FlameWords;
  readonly label: string;
  /** The root is at the bottom. */
  readonly flipped?: boolean;
  /** The node that stands for all is left out: the graph begins with its only child. */
  readonly rootless?: boolean;
  readonly selected: number;
  readonly onSelect: (node: number) => void;
  /** 1 per node that a search has found. */
  readonly hits: Uint8Array | undefined;
  /** What counts, for the tooltip: `waits` or `samples`. */
  readonly noun: string;
}

interface Hover {
  readonly node: number;
  readonly x: number;
  readonly y: number;
}

export function FlameView(props: FlameViewProps) {
  const { graph, words, label, flipped = false, rootless = false, selected, onSelect, hits, noun } = props;
  const [ref, cssWidth] = useWidth<HTMLDivElement>();
  const width = Math.floor(cssWidth / rootScale());
  const zoomed = useSignal({ graph, node: 0 });
  const base = rootless && graph.count > 1 ? 1 : 0;
  const root = zoomed.value.graph === graph ? Math.max(base, zoomed.value.node) : base;
  const hover = useSignal<Hover | undefined>(undefined);
  const frames = useMemo(
    () => (width > 0 ? placeFrames(graph, root, width).filter(({ row }) => row >= base) : []),
    [graph, root, base, width],
  );
  const rows = frames.reduce((most, frame) => Math.max(most, frame.row - base), 0) + 1;
  const zoom = (node: number) => {
    zoomed.value = { graph, node };
    hover.value = undefined;
  };
  const go = (node: number) => {
    if (node < base) return;
    onSelect(node);
    if (!isWithin(graph, node, root)) zoom(Math.max(graph.parent[node]!, 0));
    requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move !== undefined) go(neighbour(graph, selected, flipped ? (FLIPPED[move] ?? move) : move));
    else if (event.key === 'Enter') zoom(selected);
    else if (event.key === 'Escape' && root > base) zoom(base);
    else if (event.key === 'Home') go(base);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="flame"
      ref={ref}
      role="tree"
      aria-label={label}
      style={{ height: `${(rows * ROW) / 16}rem` }}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const node = nodeUnder(event);
        if (node < 0) return;
        if (node === selected) zoom(node);
        else onSelect(node);
      }}
      onPointerMove={(event) => {
        const node = nodeUnder(event);
        hover.value = node < 0 ? undefined : { node, x: event.clientX, y: event.clientY };
      }}
      onPointerLeave={() => {
        hover.value = undefined;
      }}
    >
      {frames.map((frame) => (
        <Frame
          key={frame.node}
          frame={frame}
          y={(flipped ? rows - 1 - frame.row + base : frame.row - base) * ROW}
          text={textOf(props, frame)}
          colour={words.colour(graph, frame.node)}
          state={stateOf(frame.node, selected, root, graph, hits)}
          share={graph.value[0]! > 0 ? graph.value[frame.node]! / graph.value[0]! : 0}
          name={words.name(graph, frame.node)}
        />
      ))}
      {hover.value !== undefined && hover.value.node < graph.count && (
        <Tip {...hover.value} graph={graph} words={words} noun={noun} />
      )}
    </div>
  );
}

const MOVES: Readonly<Record<string, string>> = {
  ArrowUp: 'out',
  ArrowDown: 'in',
  ArrowLeft: 'previous',
  ArrowRight: 'next',
};
const FLIPPED: Readonly<Record<string, string>> = { out: 'in', in: 'out' };

/** The frame under the pointer, or -1. */
function nodeUnder({ target }: MouseEvent): number {
  const frame = target instanceof Element ? target.closest<HTMLElement>('[data-node]') : null;
  return frame === null ? -1 : Number(frame.dataset.node);
}

function isWithin({ parent }: FlameGraph, node: number, root: number): boolean {
  let at = node;
  while (at > root) at = parent[at]!;
  return at === root;
}

interface FrameState {
  readonly selected: boolean;
  readonly above: boolean;
  readonly hit: boolean;
  readonly miss: boolean;
}

function stateOf(
  node: number,
  selected: number,
  root: number,
  graph: FlameGraph,
  hits: Uint8Array | undefined,
): FrameState {
  return {
    selected: node === selected,
    above: graph.depth[node]! < graph.depth[root]!,
    hit: hits?.[node] === 1,
    miss: hits !== undefined && hits[node] !== 1,
  };
}

/** The longest form of the name that fits, with the time behind it where there is room. */
function textOf({ graph, words, viewer }: FlameViewProps, { node, width }: PlacedFrame): string {
  const forms = words.forms(graph, node);
  const time = duration(graph.value[node]!);
  const isEnd = graph.leaf[node]! >= 0 || node === 0;
  const ladder = isEnd ? [`${forms[0]} ${time}`, ...forms] : forms;
  return fitLabel(ladder, width - PADDING, viewer.measures.normal);
}

interface FrameProps {
  readonly frame: PlacedFrame;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  readonly state: FrameState;
  readonly share: number;
  readonly name: string;
}

function Frame({ frame, y, text, colour, state, share, name }: FrameProps) {
  const { node, x, width, row } = frame;
  const names = ['flame-frame', colour];
  if (state.selected) names.push('selected');
  if (state.above) names.push('above');
  if (state.hit) names.push('hit');
  if (state.miss) names.push('miss');
  return (
    <div
      class={names.join(' ')}
      data-node={node}
      role="treeitem"
      aria-level={row + 1}
      aria-selected={state.selected}
      aria-label={`${name.includes(text) ? '' : `${text}: `}${name}, ${percent(share)}`}
      tabIndex={state.selected ? 0 : -1}
      style={{ left: `${x / 16}rem`, top: `${y / 16}rem`, width: `${Math.max(1, width - 1) / 16}rem` }}
    >
      {text}
    </div>
  );
}

/** Who, how much, how often; beside the pointer, within the page. */
function Tip({ node, x, y, graph, words, noun }: Hover & { graph: FlameGraph; words: FlameWords; noun: string }) {
  const value = graph.value[node]!;
  const all = graph.value[0]!;
  const file = graph.func[node]! >= 0 ? words.file(graph.func[node]!) : '';
  const left = x + 352 > innerWidth ? x - 352 : x + 12;
  const top = y + 96 > innerHeight ? y - 84 : y + 16;
  return (
    <div class="flame-tip" role="tooltip" style={{ left: `${left}px`, top: `${top}px` }}>
      <b>{words.name(graph, node)}</b>
      <div>
        {duration(value)}, {percent(all > 0 ? value / all : 0)} of all; {duration(graph.self[node]!)} itself
      </div>
      <div class="muted">
        {count(graph.times[node]!)} {noun}
        {file !== '' && ` · ${file}`}
      </div>
    </div>
  );
}
