export { childProcess } from './conventions/child-process.js';
export type {
  Convention,
  Ending,
  EventTable,
  Field,
  HistogramTable,
  InstrumentTable,
  Label,
  Labels,
  MetricsTable,
  Outcome,
  Running,
  RunningTable,
  Settlement,
  SpanTable,
  Started,
  StartedTable,
} from './conventions/convention.js';
export { execServerConnection } from './conventions/exec-server-connection.js';
export { execServerProcess } from './conventions/exec-server-process.js';
export { execServerRequest } from './conventions/exec-server-request.js';
export type {
  ConnectionFacts,
  ConnectionOutcome,
  InferenceFacts,
  InferenceOutcome,
  LostProcess,
  ProcessFacts,
  ProcessOutcome,
  RequestFacts,
  RequestOutcome,
  ToolCallFacts,
  ToolCallOutcome,
} from './conventions/facts.js';
export { durationMs, errorType, result, traceId, traceparent } from './conventions/fields.js';
export { inference } from './conventions/inference.js';
export { jsonRpcServer } from './conventions/json-rpc-server.js';
export { mcpServer } from './conventions/mcp-server.js';
export type { Names } from './conventions/names.js';
export { toolCall } from './conventions/tool-call.js';
