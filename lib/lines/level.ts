/** How much of a target is written; `off` is nothing, `trace` is everything. */
export type LineLevel = 'off' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** The level words from least to most; a level's index is its number in the directive grammar. */
export const levels: readonly LineLevel[] = ['off', 'error', 'warn', 'info', 'debug', 'trace'];

/**
 * The lowest SeverityNumber that each level lets through. FATAL (21–24) passes wherever ERROR does.
 *
 * Law: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */
export const floors: Readonly<Record<LineLevel, number>> = {
  off: Number.POSITIVE_INFINITY,
  error: 17,
  warn: 13,
  info: 9,
  debug: 5,
  trace: 1,
};

/**
 * The SeverityNumber a record counts as: its own, or 9 (INFO) where it has none (undefined or 0), so
 * that the filter and the line's `level` agree.
 */
export function settleSeverity(severityNumber: number | undefined): number {
  return severityNumber !== undefined && severityNumber >= 1 ? severityNumber : floors.info;
}

/**
 * The name of a SeverityNumber's range, as a line shows it: `INFO` for 9 to 12, and for none.
 *
 * Law: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */
export function nameSeverity(severityNumber: number | undefined): string {
  const severity = settleSeverity(severityNumber);
  if (severity >= 21) return 'FATAL';
  if (severity >= 17) return 'ERROR';
  if (severity >= 13) return 'WARN';
  if (severity >= 9) return 'INFO';
  return severity >= 5 ? 'DEBUG' : 'TRACE';
}
