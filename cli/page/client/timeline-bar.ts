import type { Lifeline } from './lifeline.js';
import type { Palette } from './palette.js';
import type { Rectangle } from './timeline-layout.js';

/** Draws the line from what started something to what outlives it. */
export function paintJoint(
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

/** Draws a bar as its outcome looks. */
export function paintBar(
  context: CanvasRenderingContext2D,
  bar: Rectangle,
  { outcome }: Lifeline,
  width: number,
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
