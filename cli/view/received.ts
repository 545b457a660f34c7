export type {
  Intake,
  ReceivedLogRecord,
  ReceivedMetric,
  ReceivedPoint,
  ReceivedSpan,
  Sender,
} from 'otel-exec-cli/page';
