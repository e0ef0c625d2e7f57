/** Title of a panel: its number (the key that jumps there), name, one muted line, something at the right. */
import type { ComponentChildren } from 'preact';

interface PanelHeadProps {
  readonly number?: number;
  readonly title: string;
  readonly detail?: ComponentChildren;
  readonly right?: ComponentChildren;
}

export function PanelHead({ number, title, detail, right }: PanelHeadProps) {
  return (
    <div class="panel-head">
      {number !== undefined && <span class="panel-number">{number}</span>}
      <h2>{title}</h2>
      {detail !== undefined && <span class="panel-detail">{detail}</span>}
      {right !== undefined && <span class="panel-right">{right}</span>}
    </div>
  );
}
