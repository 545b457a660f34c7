/**
 * Captures all three signals, or the lines of a child program, and asserts the complete set.
 * @module otel-exec/testing
 */

export type { CapturedLine, LineWait } from './testing/capture-lines.js';
export { LineCapture } from './testing/capture-lines.js';
export { SignalCapture } from './testing/capture-signals.js';
export type {
  CapturedEvent,
  CapturedPoint,
  CapturedSignals,
  CapturedSpan,
} from './testing/captured.js';
export type { Expected, ExpectedMembers, ExpectedSignals } from './testing/expect-exactly.js';
