import { make } from './dom.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';
import { servicesOf } from './waterfall.js';

/** What a lifeline has to do with, and whom its buttons tell. */
export interface RelativesOptions {
  readonly nameOf: (lifeline: Lifeline) => string;
  readonly select: (lifeline: Lifeline | undefined) => void;
  readonly ofTrace: (traceId: string) => readonly Lifeline[];
  readonly childrenOf: (lifeline: Lifeline) => readonly Lifeline[];
  readonly linkedOf: (lifeline: Lifeline) => readonly Lifeline[];
  /** All of these together. */
  readonly relatives: (lifeline: Lifeline) => readonly Lifeline[];
  /** The trace that is shown, if one is. */
  readonly traceId: () => string | undefined;
  readonly openTrace: (traceId: string) => void;
}

const MAX_SHOWN = 30;

/** What started a lifeline, what it started, what it is linked with, and the way to its trace. */
export function relativesOf(lifeline: Lifeline, options: RelativesOptions): Node[] {
  const { parent, span } = lifeline;
  const links = span.links?.length ?? 0;
  const linked = options.linkedOf(lifeline);
  const unknown = links - linked.length;
  return [
    ...(options.ofTrace(span.traceId).length > 1 ? traceButton(span.traceId, options) : []),
    ...listOf('Started by', parent === undefined ? [] : [parent], options),
    ...listOf('Started', options.childrenOf(lifeline), options),
    ...listOf('Linked with', linked, options),
    ...(unknown > 0
      ? [make('p', { class: 'relatives' }, `Linked with ${unknown} that the page does not know`)]
      : []),
  ];
}

/** The way to a trace, unless it is shown or the page knows nothing of it. */
export function traceButton(traceId: string | undefined, options: RelativesOptions): Node[] {
  const all = options.ofTrace(traceId ?? '');
  if (traceId === undefined || options.traceId() === traceId || all.length === 0) return [];
  const services = servicesOf(all).length;
  const more = services > 1 ? `, ${services} services` : '';
  const click = () => options.openTrace(traceId);
  const text = `Open trace: ${all.length} ${all.length === 1 ? 'span' : 'spans'}${more}`;
  const button = make(
    'button',
    { type: 'button', class: 'small', 'data-key': 'trace', click },
    text,
  );
  return [make('p', {}, button)];
}

function listOf(
  label: string,
  lifelines: readonly Lifeline[],
  { nameOf, select }: RelativesOptions,
): Node[] {
  if (lifelines.length === 0) return [];
  const links = lifelines.slice(0, MAX_SHOWN).map((one) => {
    const click = () => select(one);
    const text = `${LOOKS[one.outcome].glyph} ${nameOf(one)}`;
    return make('button', { type: 'button', class: 'link', 'data-key': one.key, click }, text);
  });
  const more = lifelines.length - links.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [make('p', { class: 'relatives' }, `${label} `, ...links, ...rest)];
}
