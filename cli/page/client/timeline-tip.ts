import { element } from './dom.js';
import { formatDuration } from './format.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';

/** Says what is under the pointer. */
export class TimelineTip {
  readonly #canvas: HTMLCanvasElement;
  readonly #tip = element('tip', HTMLElement);

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Shows what a lifeline is, beside a place of the canvas; nothing where there is none. */
  show(
    lifeline: Lifeline | undefined,
    place: { readonly x: number; readonly y: number } | undefined,
    { now, nameOf }: { now: () => number; nameOf: (lifeline: Lifeline) => string },
  ): void {
    this.#tip.hidden = lifeline === undefined;
    this.#canvas.classList.toggle('hovering', lifeline !== undefined);
    if (lifeline === undefined || place === undefined) return;
    const { outcome, span, end } = lifeline;
    const lived = formatDuration((end ?? now()) - span.start);
    const { glyph, label } = LOOKS[outcome];
    this.#tip.textContent = `${nameOf(lifeline)}  ${glyph} ${label}, ${lived}`;
    const room = this.#canvas.clientWidth - this.#tip.offsetWidth - 8;
    this.#tip.style.left = `${Math.max(8, Math.min(room, place.x + 12))}px`;
    this.#tip.style.top = `${place.y + 16}px`;
  }
}
