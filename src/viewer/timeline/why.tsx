/** Why the selected interval looks as it does, in sentences whose names lead on. In the details of a strand. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Explanation, TextPart } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';

interface WhyProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly interval: number;
}

export function Why({ viewer, trace, interval }: WhyProps) {
  const said = useSignal<Explanation | undefined>(undefined);
  useEffect(() => {
    let isOld = false;
    void import('./hover-texts.ts').then(({ explainerOf }) => {
      if (!isOld) said.value = explainerOf(trace).interval(interval);
    });
    return () => {
      isOld = true;
    };
  }, [trace, interval]);
  const { value } = said;
  if (value === undefined) return null;
  const { start, end } = trace.model.intervals;
  // While the next one is loaded, the last one would be wrong.
  if (value.start !== start[interval] || value.end !== end[interval] || value.why.length === 0) return null;
  return (
    <p class="explained">
      {value.why.map((sentence, i) => (
        <>
          {i > 0 && ' '}
          {sentence.map((part) => (
            <Part viewer={viewer} part={part} />
          ))}
        </>
      ))}
    </p>
  );
}

function Part({ viewer, part }: { viewer: Viewer; part: TextPart }) {
  const { app } = viewer;
  if (part.task >= 0) {
    return (
      <button type="button" class="link" onClick={() => app.showTask(part.task)}>
        {part.text}
      </button>
    );
  }
  if (part.goroutine < 0) return <>{part.text}</>;
  return (
    <button type="button" class="link" onClick={() => app.selectStrand(part.goroutine, part.row)}>
      {part.text}
    </button>
  );
}
