/** What the heads of pages are made of: a choice of one of several, a button with an icon. */
import { useEffect, useState } from 'preact/hooks';
import type { TimeRange } from '../../../analysis/index.ts';
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

/** The range that pages are limited to: the chosen one, else the whole trace. */
export function pageRange({ app, scope }: Viewer): TimeRange {
  return scope.range.value ?? app.trace.value!.bounds;
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
