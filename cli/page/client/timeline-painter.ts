import { BarRaster } from './bar-raster.js';
import { type Group, type Lifeline, outlives } from './lifeline.js';
import type { Palette } from './palette.js';
import { timeTicks } from './time-axis.js';
import { type LabelScene, paintLabel } from './timeline-label.js';
import { AXIS_HEIGHT, HEADING_HEIGHT, type Rectangle } from './timeline-layout.js';
import { paintLinks } from './timeline-links.js';
import type { ViewRange } from './view-range.js';

/** What a picture of the timeline is made of. */
export interface Scene extends LabelScene {
  readonly view: ViewRange;
  readonly height: number;
  /** When the server was seen to be another one. */
  readonly restarts: readonly number[];
  /** What a lifeline has to do with, beside what is drawn together with it. */
  readonly linkedOf: (lifeline: Lifeline) => readonly Lifeline[];
}

const TICK_WIDTH = 110;

/** Paints the timeline. */
export function paintTimeline(context: CanvasRenderingContext2D, scene: Scene, palette: Palette) {
  const { layout, width, height } = scene;
  context.clearRect(0, 0, width, height);
  paintGrid(context, scene, palette);
  context.save();
  context.beginPath();
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT);
  context.clip();
  paintHeadings(context, scene, palette);
  if (layout.labels !== undefined) {
    for (const group of layout.visible) paintGroup(context, group, scene, palette);
  } else {
    paintDense(context, scene, palette);
  }
  if (layout.labels !== undefined) {
    for (const { lifelines } of layout.visible) paintLinks(context, lifelines, scene, palette);
  }
  if (scene.selected !== undefined) paintSelection(context, scene, scene.selected, palette);
  context.restore();
}

function paintHeadings(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  context.lineWidth = 1;
  for (const { service, y } of scene.layout.headings) {
    context.font = `600 11px ${palette.font}`;
    context.fillStyle = palette.text;
    context.fillText(service || '(no service)', 8, y + HEADING_HEIGHT / 2);
    const indent = 14 + context.measureText(service || '(no service)').width;
    context.strokeStyle = palette.line;
    strokeLine(context, indent, y + HEADING_HEIGHT / 2, scene.width, y + HEADING_HEIGHT / 2);
  }
}

function paintGrid(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view, layout, width, height, now, restarts } = scene;
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  for (const { time, label } of timeTicks(view.from, view.to, width / TICK_WIDTH)) {
    const x = Math.round(layout.x(time)) + 0.5;
    strokeLine(context, x, AXIS_HEIGHT - 6, x, height);
    context.fillStyle = palette.muted;
    if (x + 4 + context.measureText(label).width < width) {
      context.fillText(label, x + 4, AXIS_HEIGHT / 2 - 1);
    }
  }
  strokeLine(context, 0, AXIS_HEIGHT + 0.5, width, AXIS_HEIGHT + 0.5);
  context.setLineDash([4, 3]);
  for (const time of restarts) {
    const x = Math.round(layout.x(time)) + 0.5;
    context.strokeStyle = palette.colours.error;
    strokeLine(context, x, AXIS_HEIGHT, x, height);
    context.fillStyle = palette.colours.error;
    context.fillText('server restarted', x + 5, height - 10);
  }
  context.strokeStyle = palette.muted;
  context.globalAlpha = 0.55;
  const x = Math.round(layout.x(now)) + 0.5;
  strokeLine(context, x, AXIS_HEIGHT, x, height);
  context.globalAlpha = 1;
  context.setLineDash([]);
}

const raster = new BarRaster();

function paintDense(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { layout, width, height } = scene;
  raster.begin(width, height, devicePixelRatio);
  for (const group of layout.visible) {
    const top = layout.laneTop(group);
    if (top > height || top < 0) continue;
    for (const lifeline of group.lifelines) {
      const bar = layout.rectangle(lifeline);
      const ink = palette.inks[lifeline.outcome];
      const failed = ink.stripes !== undefined;
      const bottom = bar.y + bar.height;
      raster.fill(bar.x, failed ? top - 1 : bar.y, bar.x + bar.width, bottom, ink);
    }
  }
  raster.paint(context);
}

function paintGroup(
  context: CanvasRenderingContext2D,
  group: Group,
  scene: Scene,
  palette: Palette,
): void {
  const { layout } = scene;
  const top = layout.laneTop(group);
  if (top > scene.height || top < -AXIS_HEIGHT) return;
  const [first] = group.lifelines;
  if (first === undefined) return;
  const origin = layout.rectangle(first);
  for (const lifeline of group.lifelines) {
    const bar = lifeline === first ? origin : layout.rectangle(lifeline);
    if (lifeline !== first && outlives(lifeline)) {
      paintJoint(context, origin, bar, palette);
    }
    paintBar(context, bar, lifeline, scene, palette);
  }
  paintLabel(context, group, origin, scene, palette);
}

function paintJoint(
  context: CanvasRenderingContext2D,
  from: Rectangle,
  to: Rectangle,
  palette: Palette,
): void {
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  const x = Math.round(from.x) + 0.5;
  const y = Math.round(to.y + to.height / 2) + 0.5;
  context.beginPath();
  context.moveTo(x, from.y + from.height);
  context.lineTo(x, y);
  context.lineTo(to.x, y);
  context.stroke();
}

function paintBar(
  context: CanvasRenderingContext2D,
  bar: Rectangle,
  { outcome }: Lifeline,
  { width }: Scene,
  palette: Palette,
): void {
  const left = Math.max(-8, bar.x);
  const right = Math.min(width + 8, bar.x + bar.width);
  if (right <= left) return;
  context.fillStyle = palette.fills[outcome];
  if (right - left < 6) {
    context.fillRect(left, bar.y, right - left, bar.height);
    return;
  }
  context.beginPath();
  if (outcome === 'lost' || outcome === 'unsettled') {
    context.strokeStyle = palette.colours[outcome];
    context.lineWidth = 1.5;
    if (outcome === 'lost') context.setLineDash([3, 3]);
    context.strokeRect(left + 0.75, bar.y + 0.75, right - left - 1.5, bar.height - 1.5);
    context.setLineDash([]);
    return;
  }
  context.roundRect(left, bar.y, right - left, bar.height, endings(outcome, bar.height));
  context.fill();
  if (outcome === 'running' && bar.height > 8) paintArrow(context, right, bar);
}

/** A bar that still grows points to where it will go; a terminated one is cut off. */
function endings(outcome: Lifeline['outcome'], height: number): number[] {
  const round = Math.min(3, height / 2);
  return outcome === 'terminated' || outcome === 'running' ? [round, 0, 0, round] : [round];
}

function paintArrow(context: CanvasRenderingContext2D, right: number, bar: Rectangle): void {
  context.beginPath();
  context.moveTo(right, bar.y - 2);
  context.lineTo(right + 6, bar.y + bar.height / 2);
  context.lineTo(right, bar.y + bar.height + 2);
  context.fill();
}

function paintSelection(
  context: CanvasRenderingContext2D,
  scene: Scene,
  selected: Lifeline,
  palette: Palette,
): void {
  const { layout } = scene;
  if (layout.labels === undefined) paintLinks(context, [selected], scene, palette);
  const { x, y, width, height } = layout.rectangle(selected);
  context.strokeStyle = palette.text;
  context.lineWidth = 2;
  context.strokeRect(x - 2.5, y - 2.5, width + 5, height + 5);
}

function strokeLine(
  context: CanvasRenderingContext2D,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}
