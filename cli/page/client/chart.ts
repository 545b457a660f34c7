import { fitCanvas } from './canvas.js';
import type { Values } from './metric-curves.js';
import type { Palette } from './palette.js';
import { timeTicks } from './time-axis.js';

/** One line of a chart. */
export interface Series {
  readonly values: Values;
  readonly colour: string;
  /** Lengths of dashes and gaps, so that lines differ by more than colour. */
  readonly dash: readonly number[];
}

/** What a chart shows. */
export interface ChartScene {
  readonly from: number;
  readonly to: number;
  readonly edges: readonly number[];
  readonly series: readonly Series[];
  /** Powers of ten at equal distances. */
  readonly logarithmic: boolean;
  readonly format: (value: number) => string;
}

const PAD = { left: 48, right: 4, top: 5, bottom: 17 };

interface Scale {
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Paints one chart. */
export function paintChart(canvas: HTMLCanvasElement, scene: ChartScene, palette: Palette): void {
  const fitted = fitCanvas(canvas);
  if (fitted === undefined) return;
  const { context, width, height } = fitted;
  const { from, to, format } = scene;
  const x = (time: number) =>
    PAD.left + ((time - from) / (to - from)) * (width - PAD.left - PAD.right);
  const scale = scaleOf(scene, PAD.top + 2, height - PAD.bottom);
  context.clearRect(0, 0, width, height);
  context.font = `10.5px ${palette.font}`;
  context.strokeStyle = palette.line;
  context.fillStyle = palette.muted;
  context.lineWidth = 1;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of scale.ticks) {
    const y = Math.round(scale.y(tick)) + 0.5;
    context.beginPath();
    context.moveTo(PAD.left, y);
    context.lineTo(width - PAD.right, y);
    context.stroke();
    context.fillText(format(tick), PAD.left - 6, y);
  }
  context.textAlign = 'center';
  for (const { time, label } of timeTicks(from, to, (width - PAD.left) / 90)) {
    const half = context.measureText(label).width / 2;
    if (x(time) - half > PAD.left && x(time) + half < width) {
      context.fillText(label, x(time), height - 7);
    }
  }
  context.textAlign = 'left';
  for (const series of scene.series) paintSeries(context, series, scene, x, scale);
}

function paintSeries(
  context: CanvasRenderingContext2D,
  { values, colour, dash }: Series,
  { edges }: ChartScene,
  x: (time: number) => number,
  { y }: Scale,
): void {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.setLineDash([...dash]);
  context.beginPath();
  let drawing = false;
  for (const [index, value] of values.entries()) {
    const time = edges[index];
    if (value === undefined || time === undefined) {
      drawing = false;
      continue;
    }
    const alone = !drawing && values[index + 1] === undefined;
    if (alone) context.fillRect(x(time) - 1.5, y(value) - 1.5, 3, 3);
    else if (drawing) context.lineTo(x(time), y(value));
    else context.moveTo(x(time), y(value));
    drawing = true;
  }
  context.stroke();
  context.setLineDash([]);
}

function scaleOf({ series, logarithmic }: ChartScene, top: number, bottom: number): Scale {
  const values = series.flatMap((one) => one.values).filter((value) => value !== undefined);
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  if (!logarithmic) {
    const most = niceAbove(largest);
    const y = (value: number) => bottom - (value / most) * (bottom - top);
    return { y, ticks: [0, most / 2, most] };
  }
  const smallest = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const low = values.length === 0 ? -3 : Math.floor(Math.log10(Math.max(1e-5, smallest)));
  const high = values.length === 0 ? 0 : Math.max(low + 1, Math.ceil(Math.log10(largest)));
  const y = (value: number) => {
    const share = (Math.log10(Math.max(1e-9, value)) - low) / (high - low);
    return bottom - Math.max(0, share) * (bottom - top);
  };
  const step = Math.ceil((high - low) / 3);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += step) ticks.push(10 ** power);
  return { y, ticks };
}

function niceAbove(value: number): number {
  if (value <= 1) return value <= 0.5 && value > 0 ? 0.5 : 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const nice = [1, 2, 4, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return nice * power;
}
