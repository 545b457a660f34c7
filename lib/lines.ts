/**
 * Log records as one JSON object a line, filtered by directives.
 * @module otel-exec/lines
 */

export {
  LineLogRecordProcessor,
  type LineProcessorOptions,
  type LineQuestion,
} from './lines/exporter.js';
export { type LineFilter, LineFilterError, parseLineFilter } from './lines/filter.js';
export { formatLine } from './lines/format.js';
export type { LineLevel } from './lines/level.js';
export type { LineRecord, RecordTime } from './lines/record.js';
