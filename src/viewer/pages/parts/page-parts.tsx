/** What the heads of pages are made of: a choice of one of several, the chosen range, a button with an icon. */
import { useEffect, useState } from 'preact/hooks';
import type { TimeRange } from '../../../analysis/index.ts';
import type { OpenTrace } from '../../state/open-trace.ts';
import type { Viewer } from '../../state/viewer.ts';
import { Icon, type IconName } from '../../theme/icons.tsx';

const NARROW = '(max-width: 68.74em)';

export interface Choice<K extends string> {
  readonly key: K;
  readonly name: string;
  readonly title?: string;
  /** Why it cannot be chosen. */
  readonly disabled?: string | undefined;
}

interface SegmentedProps<K extends string> {
  readonly label: string;
  readonly choices: readonly Choice<K>[];
  readonly value: K;
  readonly onChoose: (key: K) => void;
}

/** A choice of one, all to be seen. */
export function Segmented<K extends string>({ label, choices, value, onChoose }: SegmentedProps<K>) {
  return (
    <fieldset class="segmented" aria-label={label}>
      {choices.map(({ key, name, title, disabled }) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === value}
          disabled={disabled !== undefined}
          title={disabled ?? title}
          onClick={() => onChoose(key)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

export function IconButton({
  icon,
  name,
  title,
  onClick,
}: {
  icon: IconName;
  name: string;
  title?: string;
  onClick: () => void;
}) {
  return (
    <button type="button" class="button" title={title} onClick={onClick}>
      <Icon name={icon} />
      {name}
    </button>
  );
}

/** The range that the page is limited to, with a way out; nothing when it is the whole trace. */
export function RangeChip({ viewer }: { viewer: Viewer }) {
  const { app } = viewer;
  const trace = app.trace.value!;
  const range = app.range.value;
  if (range === undefined) return <span class="muted wide">drag on the overview to choose a range</span>;
  return (
    <span class="chip">
      {rangeText(trace, range)}
      <button
        type="button"
        aria-label="Show the whole trace"
        title="Show the whole trace (Esc)"
        onClick={() => {
          app.range.value = undefined;
        }}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}

function rangeText(trace: OpenTrace, { start, end }: TimeRange): string {
  const step = (end - start) / 200;
  return `${trace.clock(start, step)} to ${trace.clock(end, step)}`;
}

/** The range that pages are limited to: the chosen one, else the whole trace. */
export function pageRange({ app }: Viewer): TimeRange {
  return app.range.value ?? app.trace.value!.bounds;
}

/** Is there less room than the pages are drawn for? The same width as in narrow.css. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const read = () => setNarrow(query.matches);
    read();
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }, []);
  return narrow;
}
