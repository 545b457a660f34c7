import { formatDuration, formatTime } from './format.js';
import { type Group, type Lifeline, namesakeOf, outlives } from './lifeline.js';
import { LOOKS } from './outcome.js';
import type { Palette } from './palette.js';
import type { Rectangle, TimelineLayout } from './timeline-layout.js';

/** What a label depends on beside its group. */
export interface LabelScene {
  readonly layout: TimelineLayout;
  readonly now: number;
  readonly width: number;
  readonly selected: Lifeline | undefined;
  /** What a lifeline is called. */
  readonly nameOf: (lifeline: Lifeline) => string;
}

const LONG_MILLIS = 10_000;

/** Says what a group is, how it ended and how long it took. */
export function paintLabel(
  context: CanvasRenderingContext2D,
  group: Group,
  origin: Rectangle,
  scene: LabelScene,
  palette: Palette,
): void {
  const shown = namesakeOf(group);
  if (shown === undefined) return;
  const { label, labels } = scene.layout;
  const besides = labels === 'beside' ? scene.layout.rectangle(shown) : origin;
  const after = besides.x + besides.width + (shown.outcome === 'running' ? 11 : 6);
  const x = labels === 'above' && outlives(shown) ? Math.max(6, after) : after;
  if (x > scene.width || x < -label.width) return;
  const y = besides.y + besides.height / 2 + 0.5;
  const glyph = `${LOOKS[shown.outcome].glyph} `;
  context.font = `${shown === scene.selected ? '600 ' : ''}11px ${palette.font}`;
  context.fillStyle = palette.colours[shown.outcome];
  context.fillText(glyph, x, y);
  const indent = context.measureText(glyph).width;
  const text = fit(context, scene.nameOf(shown), label.name);
  context.fillStyle = isProminent(shown) ? palette.text : palette.muted;
  context.fillText(text, x + indent, y);
  if (!label.timing) return;
  const still = labels === 'above' ? 'still running since' : 'since';
  context.fillStyle = palette.muted;
  context.fillText(
    timingOf(shown, scene.now, still),
    x + indent + context.measureText(text).width + 6,
    y,
  );
}

function isProminent(lifeline: Lifeline): boolean {
  return outlives(lifeline) || lifeline.span.hosted?.name !== undefined;
}

function timingOf({ span, end }: Lifeline, now: number, still: string): string {
  if (end !== undefined) return formatDuration(end - span.start);
  const lived = now - span.start;
  return lived < LONG_MILLIS ? formatDuration(lived) : `${still} ${formatTime(span.start)}`;
}

const fitted = new Map<string, string>();

function fit(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${width} ${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  let short = text.replaceAll(/\s+/g, ' ').slice(0, 80);
  const whole = short === text;
  while (short.length > 1 && context.measureText(`${short}…`).width > width)
    short = short.slice(0, -1);
  const result = whole && context.measureText(text).width <= width ? text : `${short.trimEnd()}…`;
  if (fitted.size > 2_000) fitted.clear();
  fitted.set(key, result);
  return result;
}
