import { element } from './dom.js';
import { formatDuration } from './format.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';

/** What a lifeline is called: as the host says, or by the executable that it is a process of, or by its span. */
export function nameOf({ span }: Lifeline): string {
  const executable = span.attributes['process.executable.name'];
  return span.hosted?.name ?? (typeof executable === 'string' ? executable : span.name);
}

/** Says aloud what is selected. @param services of how many services the page shows something */
export function announce(lifeline: Lifeline, now: number, services: number): void {
  const { span, outcome, end } = lifeline;
  const whose = services > 1 ? [span.service] : [];
  const lived = formatDuration((end ?? now) - span.start);
  const words = [nameOf(lifeline), ...whose, LOOKS[outcome].label, lived];
  element('announcement', HTMLElement).textContent = words.join(', ');
}
