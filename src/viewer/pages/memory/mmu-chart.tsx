/** The curve over a logarithmic axis of window lengths; arrow keys or a click choose a length. */
import { useWidth } from '../../panels/use-width.ts';
import type { Viewer } from '../../state/viewer.ts';
import { duration, percent } from '../../theme/numbers.ts';
import { rootScale } from '../../timeline/view.ts';

/** One length of window: the least share, and what all but so many windows have. */
export interface MmuPoint {
  readonly window: number;
  readonly mmu: number;
  readonly quantiles: readonly number[];
}

/** Design pixels. */
const HEIGHT = 300;
const LEFT = 44;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 24;
/** Index of the quantile that is drawn as a second curve: what 95 % of the windows have. */
const SECOND = 2;

interface MmuChartProps {
  readonly viewer: Viewer;
  readonly points: readonly MmuPoint[];
  readonly window: number;
  readonly onChoose: (window: number) => void;
}

export function MmuChart({ viewer, points, window, onChoose }: MmuChartProps) {
  const [ref, cssWidth] = useWidth<HTMLDivElement>();
  const width = Math.floor(cssWidth / rootScale());
  const at = Math.max(
    0,
    points.findIndex((point) => point.window === window),
  );
  const chosen = points[at]!;
  const label = `Windows of ${duration(chosen.window)}: at least ${percent(chosen.mmu)} left`;
  const step = (by: number) => points[at + by] !== undefined && onChoose(points[at + by]!.window);
  const scale = scaleOf(points, width);
  const choose = (event: MouseEvent) => {
    const box = ref.current!.getBoundingClientRect();
    const x = (event.clientX - box.left) / rootScale();
    const near = points.reduce((best, point) =>
      Math.abs(scale.x(point.window) - x) < Math.abs(scale.x(best.window) - x) ? point : best,
    );
    onChoose(near.window);
  };
  return (
    <div
      class="mmu-chart"
      ref={ref}
      role="slider"
      tabIndex={0}
      aria-label="Length of the window"
      aria-valuemin={0}
      aria-valuemax={points.length - 1}
      aria-valuenow={at}
      aria-valuetext={label}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') step(-1);
        else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') step(1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {width > LEFT + RIGHT && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Grid points={points} scale={scale} width={width} />
          <path
            class="mmu-area"
            d={`${path(points, scale, ({ mmu }) => mmu)}V${scale.y(0)}H${scale.x(points[0]!.window)}z`}
          />
          <path class="mmu-second" d={path(points, scale, ({ quantiles }) => quantiles[SECOND]!)} />
          <path class="mmu-line" d={path(points, scale, ({ mmu }) => mmu)} />
          <CurveLabels viewer={viewer} points={points} scale={scale} />
          <Chosen viewer={viewer} point={chosen} scale={scale} width={width} />
        </svg>
      )}
    </div>
  );
}

interface Scale {
  x(window: number): number;
  y(share: number): number;
}

function scaleOf(points: readonly MmuPoint[], width: number): Scale {
  const low = Math.log(points[0]!.window);
  const high = Math.log(points.at(-1)!.window);
  const room = width - LEFT - RIGHT;
  return {
    x: (window) => Math.round(LEFT + (high > low ? ((Math.log(window) - low) / (high - low)) * room : 0)),
    y: (share) => Math.round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)),
  };
}

function path(points: readonly MmuPoint[], { x, y }: Scale, of: (point: MmuPoint) => number): string {
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.window)} ${y(of(point))}`).join('');
}

function Grid({ points, scale, width }: { points: readonly MmuPoint[]; scale: Scale; width: number }) {
  const decades = points.filter(({ window }) => Number.isInteger(Math.log10(window)));
  return (
    <>
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share}>
          <rect class="mmu-grid" x={LEFT} y={scale.y(share)} width={width - LEFT - RIGHT} height={1} />
          <text class="muted-text" x={LEFT - 6} y={scale.y(share) + 4} text-anchor="end">
            {share * 100}
            {share === 1 ? ' %' : ''}
          </text>
        </g>
      ))}
      {decades.map(({ window }) => (
        <g key={window}>
          <rect class="mmu-grid" x={scale.x(window)} y={TOP} width={1} height={HEIGHT - TOP - BOTTOM} />
          <text class="muted-text" x={scale.x(window)} y={HEIGHT - 6} text-anchor="middle">
            {duration(window).replace(/\.0+ /, ' ')}
          </text>
        </g>
      ))}
    </>
  );
}

/** What the curves are, written at them: where they cross half of their last value. */
function CurveLabels({ viewer, points, scale }: { viewer: Viewer; points: readonly MmuPoint[]; scale: Scale }) {
  const half = (of: (point: MmuPoint) => number) => points.find((point) => of(point) >= of(points.at(-1)!) / 2)!;
  const least = half(({ mmu }) => mmu);
  const second = half(({ quantiles }) => quantiles[SECOND]!);
  const text = '95 % of windows';
  const x = scale.x(second.window) - viewer.measures.bold.width(text) - 8;
  return (
    <>
      <text class="mmu-label" x={scale.x(least.window) + 8} y={scale.y(least.mmu / 2)}>
        worst window
      </text>
      {x > LEFT && (
        <text class="mmu-label" x={x} y={scale.y(second.quantiles[SECOND]!) - 4}>
          {text}
        </text>
      )}
    </>
  );
}

function Chosen({ viewer, point, scale, width }: { viewer: Viewer; point: MmuPoint; scale: Scale; width: number }) {
  const [x, y] = [scale.x(point.window), scale.y(point.mmu)];
  const text = `${duration(point.window)}: ${percent(point.mmu)}`;
  const length = viewer.measures.bold.width(text);
  const left = x + 10 + length > width - RIGHT ? x - 10 - length : x + 10;
  return (
    <>
      <rect class="fill-text" x={x} y={TOP} width={1} height={HEIGHT - TOP - BOTTOM} />
      <circle class="mmu-point" cx={x + 0.5} cy={y} r={4} />
      <rect class="mmu-patch" x={left - 3} y={TOP + 2} width={length + 6} height={16} />
      <text class="plain-text strong" x={left} y={TOP + 14}>
        {text}
      </text>
    </>
  );
}
