export type { ChartLine, ChartRecord as Chart } from './client/feed-message.js';
export type {
  ExponentialBuckets,
  Intake,
  ReceivedAttributes,
  ReceivedLogRecord,
  ReceivedMetric,
  ReceivedPoint,
  ReceivedSpan,
  Sender,
} from './intake.js';
export { LivePage, type LivePageOptions } from './live-page.js';
export type {
  Choice,
  HostAction,
  HostCommand,
  HostCommands,
  OutputPiece,
  PageHost,
  Subject,
} from './page-host.js';
export { type Refusal, refusalOfForeignNames } from './refusal.js';
export { RetainedOutput } from './retained-output.js';
