/** What stands out: at most five findings, the first one larger than everything else on the page. */
import { useSignal } from '@preact/signals';
import type { Finding, FindingTarget, Severity } from '../state/findings.ts';
import type { Viewer } from '../state/viewer.ts';
import { lazy } from './lazy.tsx';
import { PanelHead } from './panel-head.tsx';
import { RangeChip } from './scope-chip.tsx';

const WhyFinding = lazy(async () => (await import('./findings-more.tsx')).WhyFinding);
const NothingWrong = lazy(async () => (await import('./findings-more.tsx')).NothingWrong);

async function show(viewer: Viewer, target: FindingTarget): Promise<void> {
  (await import('./findings-more.tsx')).show(viewer, target);
}

export function FindingsPanel({ viewer }: { viewer: Viewer }) {
  const findings = viewer.scope.findings.value;
  const open = useSignal<string | undefined>(undefined);
  const trace = viewer.app.trace.value!;
  return (
    <section class="panel findings" id="panel-1" tabIndex={-1} aria-label="What stands out">
      <PanelHead number={1} title="What stands out" right={<RangeChip viewer={viewer} />} />
      {findings.length === 0 && <NothingWrong viewer={viewer} trace={trace} />}
      {findings.map((finding, i) => (
        <FindingRow
          key={finding.id}
          viewer={viewer}
          finding={finding}
          first={i === 0}
          open={open.value === finding.id}
          onWhy={() => {
            open.value = open.value === finding.id ? undefined : finding.id;
          }}
          onShow={() => void show(viewer, finding.target)}
        />
      ))}
    </section>
  );
}

interface FindingRowProps {
  readonly viewer: Viewer;
  readonly finding: Finding;
  readonly first: boolean;
  readonly open: boolean;
  readonly onWhy: () => void;
  readonly onShow: () => void;
}

function FindingRow({ viewer, finding, first, open, onWhy, onShow }: FindingRowProps) {
  const trace = viewer.app.trace.value!;
  return (
    <div class={first ? 'finding first' : 'finding'}>
      <SeverityMark severity={finding.severity} />
      <span class="finding-value">{finding.value}</span>
      <div class="finding-text">
        <b title={finding.title}>{finding.title}</b>
        <div class="muted" title={finding.detail}>
          {finding.detail}
        </div>
      </div>
      <span class="finding-actions">
        <button type="button" class={first ? 'button small primary' : 'link'} onClick={onShow}>
          Show
        </button>
        <button type="button" class="link" aria-expanded={open} onClick={onWhy}>
          Why
        </button>
      </span>
      {open && <WhyFinding viewer={viewer} trace={trace} finding={finding} />}
    </div>
  );
}

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = { 3: 'serious', 2: 'notable', 1: 'for your information' };

function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg class="severity" viewBox="0 0 12 12" role="img" aria-label={SEVERITY_NAMES[severity]}>
      {severity === 3 && <path class="fill-stw" d="M6 .8L11.6 11H.4z" />}
      {severity === 2 && <path class="diamond" d="M6 .6L11.4 6 6 11.4.6 6z" />}
      {severity === 1 && <circle class="ring" cx="6" cy="6" r="4.3" />}
    </svg>
  );
}
