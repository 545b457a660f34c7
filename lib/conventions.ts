export { ACP_METHODS } from './conventions/acp-methods.js';
export { childProcess } from './conventions/child-process.js';
export type {
  Carrier,
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
  CallOutcome,
  ConnectionFacts,
  ConnectionOutcome,
  InferenceFacts,
  InferenceOutcome,
  LostProcess,
  ProcessFacts,
  ProcessOutcome,
  ProcessUsage,
  RequestFacts,
  RequestOutcome,
  SessionFacts,
  SessionOutcome,
  ToolCallFacts,
  ToolCallOutcome,
} from './conventions/facts.js';
export { durationMs, errorType, result, traceId, traceparent } from './conventions/fields.js';
export { inference } from './conventions/inference.js';
export { jsonRpcClient } from './conventions/json-rpc-client.js';
export { jsonRpcServer } from './conventions/json-rpc-server.js';
export type { JsonRpcMethods } from './conventions/json-rpc-tables.js';
export { LSP_METHODS } from './conventions/lsp-methods.js';
export { type Announcement, announced } from './conventions/mcp-announcements.js';
export { mcpClient } from './conventions/mcp-client.js';
export { MCP_METHODS } from './conventions/mcp-methods.js';
export { mcpServer } from './conventions/mcp-server.js';
export { mcpClientSession, mcpServerSession } from './conventions/mcp-session.js';
export type { Names } from './conventions/names.js';
export { program } from './conventions/program.js';
export { toolCall } from './conventions/tool-call.js';
