export type { Environment, EnvironOptions } from './carriers/environ.js';
export { clearEnvironment, injectEnvironment } from './carriers/environ.js';
export type { Carrier, Origin, Precedence } from './carriers/message.js';
export { extractMessage, injectMessage } from './carriers/message.js';
export { childProcess } from './conventions/child-process.js';
export type {
  Convention,
  EventTable,
  Field,
  HistogramTable,
  InstrumentTable,
  Label,
  MetricsTable,
  Outcome,
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
  ProcessFacts,
  ProcessOutcome,
  RequestFacts,
  RequestOutcome,
  ToolCallFacts,
  ToolCallOutcome,
} from './conventions/facts.js';
export { inference } from './conventions/inference.js';
export { jsonRpcServer } from './conventions/json-rpc-server.js';
export { mcpServer } from './conventions/mcp-server.js';
export type { Names } from './conventions/names.js';
export { toolCall } from './conventions/tool-call.js';
export type { Connection } from './lifecycle/connection.js';
export { errorTypeOf } from './lifecycle/error-type.js';
export type { Inference, InferenceEnd } from './lifecycle/inference.js';
export type { Process } from './lifecycle/process.js';
export type { Request, RequestEnd } from './lifecycle/request.js';
export { endOfResponse } from './lifecycle/request.js';
export type { ToolCall } from './lifecycle/tool-call.js';
export type { BridgeLogger, BridgeLoggerProvider, BridgeRecord } from './opentelemetry/logger.js';
export type { JsonRpcRequest, RpcTapOptions } from './rpc-tap.js';
export { RpcTap } from './rpc-tap.js';
export type { Clock } from './signals/clock.js';
export type {
  Conventions,
  ExecTelemetryOptions,
  LifecycleOrigin,
  RequestOrigin,
} from './telemetry.js';
export { ExecTelemetry } from './telemetry.js';
