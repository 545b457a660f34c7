import type { SpanRecord } from './feed-message.js';

/** What became of a lifeline; `lost` if the server was gone before it ended. */
export type Outcome =
  | 'running'
  | 'success'
  | 'error'
  | 'spawn_failed'
  | 'terminated'
  | 'unsettled'
  | 'lost';

/** How an outcome is shown, beside its colour. */
export interface Look {
  readonly glyph: string;
  readonly label: string;
  /** Whether it is one that somebody looks for. */
  readonly failed?: true;
}

/** How each outcome is shown. */
export const LOOKS: Readonly<Record<Outcome, Look>> = {
  running: { glyph: '▸', label: 'running' },
  success: { glyph: '✓', label: 'success' },
  error: { glyph: '✕', label: 'error', failed: true },
  spawn_failed: { glyph: '!', label: 'not started', failed: true },
  terminated: { glyph: '■', label: 'terminated' },
  unsettled: { glyph: '–', label: 'given up' },
  lost: { glyph: '?', label: 'end not seen' },
};

/** How the outcomes of otel-exec's lifecycles are shown, by the `result` of their event. */
export const RESULTS: Readonly<Record<string, Outcome>> = {
  success: 'success',
  error: 'error',
  timeout: 'error',
  spawn_failed: 'spawn_failed',
  terminated: 'terminated',
  cancelled: 'unsettled',
  disconnected: 'unsettled',
  unknown: 'unsettled',
};

/** What became of a span: what its event says, or else what the span alone tells. */
export function outcomeOf(span: SpanRecord): Outcome {
  if (span.end === undefined) return 'running';
  if (span.attributes['error.type'] === 'host_lost') return 'lost';
  const told = span.result === undefined ? undefined : RESULTS[span.result];
  return told ?? (span.status === 'ERROR' ? 'error' : 'success');
}
