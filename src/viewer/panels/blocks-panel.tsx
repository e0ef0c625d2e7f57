/** Node: what blocked the event loop, by culprit, and what the main loop's time went to. */

import { useMemo } from 'preact/hooks';
import { DisplayState, holdersOf, LOOP_BLOCK_THRESHOLD, type LoopCulprit, loopCulprits } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import type { Viewer } from '../state/viewer.ts';
import { count, duration, figures3, MS, percent } from '../theme/numbers.ts';
import { cutEnd } from '../timeline/labels.ts';
import type { TimeWindow } from '../timeline/scale.ts';
import { PanelHead } from './panel-head.tsx';
import { useWidth } from './use-width.ts';

/** Culprits in the table, and users of the loop below it. */
const CULPRITS = 4;
const USERS = 6;
const TICKS_WIDTH = 92;
/** CSS pixels between the two columns of users, and room for a share. */
const COLUMN_GAP = 20;
const SHARE_WIDTH = 52;
/** Text in panels is 12 px, the measured font 11 px. */
const FONT_FACTOR = 12 / 11;

export function BlocksPanel({ viewer }: { viewer: Viewer }) {
  const trace = viewer.app.trace.value!;
  const blocks = viewer.scope.blocks.value;
  const culprits = loopCulprits(trace.model, blocks);
  const threshold = `${LOOP_BLOCK_THRESHOLD / MS.ns} ms`;
  return (
    <section class="panel blocks" id="panel-blocks" tabIndex={-1} aria-label="Event loop blocks">
      <PanelHead
        title="Event loop blocks"
        detail={
          blocks.length === 0 ? `none over ${threshold}` : `${count(blocks.length)} over ${threshold}, by culprit`
        }
      />
      {culprits.length > 0 && (
        <table class="numbers">
          <thead>
            <tr>
              <th>culprit</th>
              <th>n</th>
              <th class="text">when</th>
              <th>worst, ms</th>
              <th>delayed</th>
            </tr>
          </thead>
          <tbody>
            {culprits.slice(0, CULPRITS).map((culprit) => (
              <CulpritRow
                key={culprit.group}
                viewer={viewer}
                trace={trace}
                culprit={culprit}
                worst={culprits[0]!.worst}
              />
            ))}
          </tbody>
        </table>
      )}
      <LoopUsers viewer={viewer} trace={trace} />
    </section>
  );
}

interface CulpritProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly culprit: LoopCulprit;
  readonly worst: number;
}

function CulpritRow({ viewer, trace, culprit, worst }: CulpritProps) {
  const block = culprit.blocks.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
  const place = trace.names.place(trace.model.goroutines.entryStack[block.goroutine]!);
  return (
    <tr class="clickable" onClick={() => viewer.app.showInterval(block.goroutine, block.interval)}>
      <td class="cut">
        <button type="button" class="cell-button">
          {trace.names.group(culprit.group)} <span class="muted">{place}</span>
        </button>
      </td>
      <td>{count(culprit.blocks.length)}</td>
      <td class="text">
        <When trace={trace} culprit={culprit} worst={worst} />
      </td>
      <td>{figures3(culprit.worst / MS.ns)}</td>
      <td>{count(culprit.delayed)}</td>
    </tr>
  );
}

/** When the blocks were, as ticks over the whole trace; height is length. */
function When({ trace, culprit, worst }: Omit<CulpritProps, 'viewer'>) {
  const { start, end } = trace.bounds;
  return (
    <svg class="when" width={TICKS_WIDTH} height={16} aria-hidden="true">
      <rect class="fill-line2" y={15} width={TICKS_WIDTH} height={1} />
      {culprit.blocks.map((block) => {
        const height = Math.max(3, Math.round(((block.end - block.start) / worst) * 14));
        const x = Math.min(TICKS_WIDTH - 3, Math.round(((block.start - start) / (end - start)) * TICKS_WIDTH));
        return <rect key={block.interval} class="fill-stw" x={x} y={15 - height} width={3} height={height} />;
      })}
    </svg>
  );
}

/** Running time on the main loop by group, as bars in two columns. */
function LoopUsers({ viewer, trace }: { viewer: Viewer; trace: OpenTrace }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const column = Math.max(1, Math.floor((width - COLUMN_GAP) / 2));
  const range = viewer.scope.range.value ?? trace.bounds;
  const whole = range.end - range.start;
  const users = useMemo(() => usersOfMainLoop(trace, range), [trace, range]);
  const busy = users.reduce((sum, user) => sum + user.time, 0);
  const shown = users.slice(0, USERS);
  const rest = users.slice(USERS - 1);
  if (users.length > USERS) {
    const time = rest.reduce((sum, user) => sum + user.time, 0);
    shown[USERS - 1] = { name: `other, ${count(rest.length)} groups`, time, colour: 'rest', group: -1 };
  }
  const most = Math.max(1, ...shown.map((user) => user.time));
  return (
    <>
      <div class="panel-head second">
        <h2>Main loop</h2>
        <span class="panel-detail">
          {percent(busy / whole)} busy of {duration(whole)}
        </span>
      </div>
      <div class="users" ref={ref}>
        {shown.map((user) => {
          const bar = Math.max(1, Math.round((user.time / most) * column));
          const name = cutEnd(user.name, (column - SHARE_WIDTH) / FONT_FACTOR, viewer.measures.normal);
          // White text is for GC's dark bar only; beside a short one, the name stands behind it.
          const beside = user.colour === 'gc' && bar < viewer.measures.normal.width(name) * FONT_FACTOR + 12;
          const inside = user.colour === 'gc' && !beside;
          return (
            <button
              key={user.name}
              type="button"
              class="user"
              disabled={user.group < 0}
              title={user.name}
              onClick={() => viewer.app.showGroup(user.group)}
            >
              <span class={`user-bar fill-${user.colour}`} style={{ width: `${bar}px` }} />
              <span class={inside ? 'user-name on-gc' : 'user-name'} style={beside ? { marginLeft: `${bar}px` } : {}}>
                {name}
              </span>
              <span class="user-share">{percent(user.time / whole)}</span>
            </button>
          );
        })}
      </div>
    </>
  );
}

interface LoopUser {
  readonly name: string;
  readonly time: number;
  /** Class of its fill: a group colour, or `gc`. */
  readonly colour: string;
  readonly group: number;
}

/** Who ran on the main loop, longest first. */
function usersOfMainLoop(trace: OpenTrace, range: TimeWindow): LoopUser[] {
  const { model } = trace;
  const time = new Float64Array(model.groups.count);
  let collecting = 0;
  holdersOf(model, 0, range.start, range.end, (row, ns) => {
    if (model.intervals.display[row] === DisplayState.Gc) collecting += ns;
    else time[model.goroutines.group[model.intervals.goroutine[row]!]!]! += ns;
  });
  const users = Array.from(time, (ns, group) => {
    return { name: trace.names.group(group), time: ns, colour: `g${trace.groupColour(group)}`, group };
  });
  users.push({ name: 'GC', time: collecting, colour: 'gc', group: -1 });
  return users.filter((user) => user.time > 0).sort((a, b) => b.time - a.time);
}
