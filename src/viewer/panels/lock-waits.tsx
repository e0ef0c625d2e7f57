/** Go: the places where goroutines waited for a lock, and who held it. Of the whole trace. */
import type { LockSite } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit, count, duration, durationIn, percent } from '../theme/numbers.ts';

/** Width of the longest bar, CSS pixels. */
const BAR = 64;
/** Places with less of the waiting than this are left to the page of profiles. */
const WORTH = 0.01;

export function LockWaits({ viewer, most }: { viewer: Viewer; most: number }) {
  const trace = viewer.app.trace.value!;
  const { total, sites } = trace.summary.locks;
  const unit = columnUnit(sites[0]?.time ?? 0);
  return (
    <>
      <div class="panel-head second">
        <h2>Lock wait</h2>
        <span class="panel-detail">{duration(total)} of goroutine time, whole trace</span>
      </div>
      <table class="numbers dense locks">
        <thead class="unseen">
          <tr>
            <th>waited for</th>
            <th>share</th>
            <th>time, {unit.name}</th>
            <th>share</th>
          </tr>
        </thead>
        <tbody>
          {sites
            .filter((site) => site.time >= WORTH * total)
            .slice(0, most)
            .map((site, i) => (
              <Site key={site.interval} viewer={viewer} trace={trace} site={site} told={i === 0} />
            ))}
        </tbody>
      </table>
    </>
  );
}

interface SiteProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly site: LockSite;
  /** Whether it is said who held it: there is room for one. */
  readonly told: boolean;
}

function Site({ viewer, trace, site, told }: SiteProps) {
  const { total, sites } = trace.summary.locks;
  const unit = columnUnit(sites[0]!.time);
  const show = () => viewer.app.showInterval(trace.model.intervals.goroutine[site.interval]!, site.interval);
  return (
    <>
      <tr class="clickable" title={titleOf(trace, site)} onClick={show}>
        <td class="cut">
          <button type="button" class="cell-button">
            {trace.names.caller(site.stack)}
          </button>
        </td>
        <td class="text">
          <div class="lock-bar fill-sync" style={{ width: `${(site.time / sites[0]!.time) * BAR}px` }} />
        </td>
        <td>
          {durationIn(site.time, unit)} {unit.name}
        </td>
        <td class="muted">{percent(site.time / total)}</td>
      </tr>
      {told && site.heldBy !== '' && (
        <tr class="clickable held" onClick={show}>
          <td class="text cut muted" colSpan={4}>
            longest {duration(site.longest)}, held by {site.heldBy}
          </td>
        </tr>
      )}
    </>
  );
}

/** `412 waits, the longest 38.0 ms. main.refresh held it for 93 % of the time.` */
function titleOf({ names }: OpenTrace, site: LockSite): string {
  const held =
    site.holder < 0 ? '' : ` ${names.group(site.holder)} held it for ${percent(site.held / site.time)} of the waiting.`;
  const by = site.heldBy === '' ? '' : ` Held meanwhile by ${site.heldBy}.`;
  return `${count(site.count)} ${site.count === 1 ? 'wait' : 'waits'}, the longest ${duration(site.longest)}.${held}${by}`;
}
