import { BarRaster } from './bar-raster.js';
import { type Group, type Lifeline, outlives } from './lifeline.js';
import type { Palette } from './palette.js';
import { timeTicks } from './time-axis.js';
import { paintBar, paintJoint } from './timeline-bar.js';
import { type LabelScene, paintLabel } from './timeline-label.js';
import { AXIS_HEIGHT, HEADING_HEIGHT } from './timeline-layout.js';
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
  paintScroll(context, scene, palette);
  context.restore();
}

/** Says that there are lanes above or below. */
function paintScroll(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { layout, width, height } = scene;
  if (layout.seen === undefined) return;
  const { from, to } = layout.seen;
  const all = height - AXIS_HEIGHT - 4;
  context.fillStyle = palette.muted;
  context.beginPath();
  context.roundRect(width - 6, AXIS_HEIGHT + 2 + from * all, 4, (to - from) * all, 2);
  context.fill();
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
      const bar = layout.rectangle(lifeline, top);
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
    paintBar(context, bar, lifeline, scene.width, palette);
  }
  paintLabel(context, group, origin, scene, palette);
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
