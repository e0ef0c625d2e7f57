/**
 * Time per state as a bar, for panels: the same heights, textures and label ladder as the timeline's slices.
 */
import { DisplayState } from '../../analysis/index.ts';
import { isFullHeight, STATE_NAMES, stateHeight } from '../theme/tokens.ts';
import { fitLabel, LABEL_MIN_WIDTH, type TextMeasure } from '../timeline/labels.ts';

export interface BarPart {
  readonly display: DisplayState;
  /** Any unit, the same for all parts. */
  readonly value: number;
  /** Forms of its label, longest first. */
  readonly label?: readonly string[];
}

export interface PlacedPart {
  readonly display: DisplayState;
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** Ids of the SVG patterns, defined once per page. */
const TEXTURE_IDS: Readonly<Record<number, string>> = { [DisplayState.Ready]: 'hatch', [DisplayState.Sys]: 'dots' };

/**
 * Places the parts of a bar: edges are rounded sums, so that they add up to the width; one pixel of air between parts.
 * @param total value of the whole width
 */
export function placeParts(
  parts: readonly BarPart[],
  total: number,
  width: number,
  height: number,
  measure: TextMeasure,
  flat = false,
): PlacedPart[] {
  let sum = 0;
  return parts
    .filter((part) => part.value > 0)
    .map((part) => {
      const x0 = Math.round((sum / total) * width);
      sum += part.value;
      const x1 = Math.round((sum / total) * width);
      const own = Math.max(1, x1 - x0 - (x1 - x0 > 4 ? 1 : 0));
      const full = isFullHeight(part.display);
      const room = own - (full ? 9 : 3);
      const text = part.label && own >= LABEL_MIN_WIDTH ? fitLabel(part.label, room, measure, false) : '';
      return {
        display: part.display,
        // What is less than a pixel keeps one, inside the bar.
        x: Math.min(x0, width - own),
        width: own,
        height: flat ? height : stateHeight(part.display, height),
        text,
      };
    });
}

interface StateBarProps {
  readonly parts: readonly BarPart[];
  readonly width: number;
  readonly height: number;
  readonly measure: TextMeasure;
  /** Value of the whole width; by default the sum of the parts. */
  readonly total?: number;
  /** All parts at full height: shares, not time in order. */
  readonly flat?: boolean;
  /** Text alternative. */
  readonly label: string;
}

export function StateBar({ parts, width, height, measure, total, flat, label }: StateBarProps) {
  const sum = total ?? parts.reduce((all, part) => all + part.value, 0);
  if (!(sum > 0) || width < 1) return <svg class="bar" width={1} height={height} role="img" aria-label={label} />;
  const placed = placeParts(parts, sum, width, height, measure, flat);
  return (
    <svg class="bar" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {placed.map((part, i) => (
        <BarBody key={`${i}:${part.display}`} part={part} height={height} measure={measure} flat={flat === true} />
      ))}
    </svg>
  );
}

function BarBody({
  part,
  height,
  measure,
  flat,
}: {
  part: PlacedPart;
  height: number;
  measure: TextMeasure;
  flat: boolean;
}) {
  const { display, x, width, text } = part;
  const y = height - part.height;
  const texture = TEXTURE_IDS[display];
  const textured = texture !== undefined && width >= 4 && part.height >= 8;
  const outlined = display === DisplayState.Ready && width >= 4 && part.height > 2;
  const inside = flat || isFullHeight(display);
  const textX = x + (inside ? (textured ? 6 : 5) : 2);
  const textY = inside ? Math.round(height / 2) + 4 : y - 3;
  return (
    <>
      <rect class={`fill-${STATE_NAMES[display]}`} x={x} y={y} width={width} height={part.height} />
      {textured && <rect fill={`url(#${texture})`} x={x} y={y} width={width} height={part.height} />}
      {outlined && <rect class="outline-ready" x={x + 0.5} y={y + 0.5} width={width - 1} height={part.height - 1} />}
      {text !== '' && textured && (
        <rect
          class={`fill-${STATE_NAMES[display]}`}
          x={textX - 3}
          y={2}
          width={Math.round(measure.width(text)) + 6}
          height={height - 4}
          rx={2}
        />
      )}
      {text !== '' && (
        <text class={inside ? `on-${STATE_NAMES[display]}` : `ink-${STATE_NAMES[display]}`} x={textX} y={textY}>
          {text}
        </text>
      )}
    </>
  );
}

/** A state's swatch in the legend: true height and texture. */
export function Swatch({ display }: { display: DisplayState }) {
  const height = display === DisplayState.Off ? 1 : isFullHeight(display) ? 12 : display === DisplayState.Sleep ? 3 : 5;
  const texture = TEXTURE_IDS[display];
  return (
    <svg class="swatch" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
      <rect class={`fill-${STATE_NAMES[display]}`} y={12 - height} width="14" height={height} />
      {texture !== undefined && <rect fill={`url(#${texture})`} width="14" height="12" />}
      {display === DisplayState.Ready && <rect class="outline-ready" x="0.5" y="0.5" width="13" height="11" />}
    </svg>
  );
}

/** The swatch of bands: a tint under a bracket. */
export function BandSwatch() {
  return (
    <svg class="swatch" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
      <rect class="fill-stw-band" width="14" height="12" />
      <path class="stroke-stw" d="M1 5V1h12v4" />
    </svg>
  );
}

export function RegionSwatch() {
  return (
    <svg class="swatch" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
      <rect class="fill-user" width="14" height="12" />
      <rect class="outline-user" x="0.5" y="0.5" width="13" height="11" />
    </svg>
  );
}

/** Patterns that bars refer to; once per page. Their tiles are transparent, above the fill. */
export function TextureDefs() {
  return (
    <svg class="defs" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="fill-ready-hatch" width="1.6" height="6" />
        </pattern>
        <pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse">
          <rect class="fill-sys-ink" x="1" y="1" width="1" height="1" />
          <rect class="fill-sys-ink" x="3" y="3" width="1" height="1" />
        </pattern>
      </defs>
    </svg>
  );
}
