import type { Lifeline } from './lifeline.js';
import type { Lifelines } from './lifelines.js';
import type { Palette } from './palette.js';
import type { TimelineLayout } from './timeline-layout.js';

/** What the lines between bars depend on. */
export interface LinkScene {
  readonly layout: TimelineLayout;
  readonly selected: Lifeline | undefined;
  readonly linkedOf: (lifeline: Lifeline) => readonly Lifeline[];
}

/** The spans that a span says it has to do with, as far as the page knows them. */
export function linksOf({ span }: Lifeline, lifelines: Lifelines): Lifeline[] {
  return (span.links ?? []).flatMap(({ traceId, spanId }) => lifelines.get(traceId, spanId) ?? []);
}

/** Draws lines to what started a lifeline in another service, and dashed ones to what it is linked with. */
export function paintLinks(
  context: CanvasRenderingContext2D,
  lifelines: readonly Lifeline[],
  scene: LinkScene,
  palette: Palette,
): void {
  for (const lifeline of lifelines) {
    const { parent, group } = lifeline;
    if (parent !== undefined && parent.group !== group) {
      paintLink(context, parent, lifeline, [], scene, palette);
    }
    for (const linked of scene.linkedOf(lifeline)) {
      paintLink(context, linked, lifeline, [3, 3], scene, palette);
    }
  }
}

function paintLink(
  context: CanvasRenderingContext2D,
  from: Lifeline,
  to: Lifeline,
  dash: number[],
  { layout, selected }: LinkScene,
  palette: Palette,
): void {
  const [origin, target] = [layout.rectangle(from), layout.rectangle(to)];
  const down = target.y > origin.y;
  const x = Math.max(origin.x, Math.min(target.x, origin.x + origin.width));
  const y = down ? origin.y + origin.height : origin.y;
  const [endX, endY] = [target.x, target.y + target.height / 2];
  const isStrong = selected === from || selected === to;
  context.strokeStyle = isStrong ? palette.text : palette.muted;
  context.globalAlpha = isStrong ? 1 : 0.6;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x, (y + endY) / 2, endX - 14, endY, endX - 1, endY);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(endX, endY);
  context.lineTo(endX - 5, endY - 3);
  context.lineTo(endX - 5, endY + 3);
  context.fill();
  context.globalAlpha = 1;
}
