/**
 * A selected strand: its states, which add up, who created and who woke it, its stack, its logs and regions.
 */
import { type DisplayState, isInferredWake, stateTotals, stateWord, wordsOf } from '../../analysis/index.ts';
import type { OpenTrace } from '../state/open-trace.ts';
import { strandFacts } from '../state/strand-facts.ts';
import type { Viewer } from '../state/viewer.ts';
import { columnUnit } from '../theme/numbers.ts';
import { Why } from '../timeline/why.tsx';
import { FactList, Marks } from './details-parts.tsx';
import { PanelHead } from './panel-head.tsx';
import { Stack } from './stack.tsx';
import { StateBar, Swatch } from './state-bar.tsx';
import { TableTools } from './table-tools.tsx';
import { statesAsTable, stateTable, totalParts } from './task-parts.ts';

interface StrandProps {
  readonly viewer: Viewer;
  readonly trace: OpenTrace;
  readonly strand: number;
}

export function StrandDetails({ viewer, trace, strand }: StrandProps) {
  const { model, names } = trace;
  const { interval } = viewer.app.selection.value;
  const words = wordsOf(model.info.dialect);
  const totals = stateTotals(model, strand);
  // What marks a wake-up as inferred is no place in the code: the wait before has one.
  const at = interval > 0 && isInferredWake(model, interval) ? interval - 1 : interval;
  const stack = at >= 0 ? model.intervals.stack[at]! : model.goroutines.entryStack[strand]!;
  return (
    <>
      <div class="details-column">
        <PanelHead
          number={4}
          title={names.strand(strand)}
          detail={[`${words.goroutine} ${model.goroutines.id[strand]}`, names.strandDetail(strand)]
            .filter((text) => text !== '')
            .join(', ')}
        />
        <StateBar
          parts={totalParts(totals)}
          width={284}
          height={16}
          measure={viewer.measures.normal}
          label="its states"
        />
        {interval >= 0 && <Why viewer={viewer} trace={trace} interval={interval} />}
        <FactList facts={strandFacts(viewer, trace, strand, interval)} />
      </div>
      <StateTable trace={trace} totals={totals} />
      <Stack trace={trace} stack={stack} title={stackTitle(trace, at)} measure={viewer.measures.normal} />
      <Marks
        trace={trace}
        of={names.strand(strand)}
        origin={
          Number.isNaN(model.goroutines.created[strand]!) ? trace.bounds.start : model.goroutines.created[strand]!
        }
        regions={trace.regionsOfStrand(strand)}
        logs={trace.logsOfStrand(strand)}
      />
    </>
  );
}

function stackTitle(trace: OpenTrace, interval: number): string {
  if (interval < 0) return 'Entry function';
  return `Stack at ${stateWord(trace.model.info.dialect, trace.model.intervals.display[interval]! as DisplayState)}`;
}

function StateTable({ trace, totals }: { trace: OpenTrace; totals: Float64Array }) {
  const unit = columnUnit(totals.reduce((a, b) => a + b, 0));
  const { rows, sum } = stateTable(trace, totals, unit.ns);
  return (
    <div class="details-column">
      <PanelHead
        title="Time by state"
        detail={unit.name}
        right={<TableTools name="states" table={() => statesAsTable(trace, totals)} />}
      />
      <table class="numbers dense">
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <td class="swatch-cell">{row.states.length === 1 && <Swatch display={row.states[0]!} />}</td>
              <td class="text">{row.name}</td>
              <td>{row.text}</td>
            </tr>
          ))}
          <tr class="sum">
            <td />
            <td class="text">sum</td>
            <td>
              <b>{sum}</b>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
