export type { Environment, EnvironOptions } from './carriers/environ.js';
export { clearEnvironment, extractEnvironment, injectEnvironment } from './carriers/environ.js';
export type { MessageCarrierOptions, Origin, Precedence } from './carriers/message.js';
export { extractMessage, injectMessage } from './carriers/message.js';
export type { Carrier } from './conventions/convention.js';
export type {
  CallOutcome,
  ConnectionFacts,
  InferenceFacts,
  InferenceOutcome,
  ProcessFacts,
  ProcessUsage,
  RequestFacts,
  RequestOutcome,
  SessionFacts,
  SessionOutcome,
  ToolCallFacts,
} from './conventions/facts.js';
export type { Announcement } from './conventions/mcp-announcements.js';
export type { Call } from './lifecycle/call.js';
export type { Connection } from './lifecycle/connection.js';
export { errorTypeOf } from './lifecycle/error-type.js';
export type { Inference } from './lifecycle/inference.js';
export type { Lifecycle } from './lifecycle/lifecycle.js';
export type { Process } from './lifecycle/process.js';
export type { Notification, Request } from './lifecycle/request.js';
export { outcomeOfResponse } from './lifecycle/request.js';
export type { Session } from './lifecycle/session.js';
export type { ToolCall } from './lifecycle/tool-call.js';
export type { BridgeLogger, BridgeLoggerProvider, BridgeRecord } from './opentelemetry/logger.js';
export type { JsonRpcRequest, RpcTapOptions, TappedTelemetry } from './rpc-tap.js';
export { RpcTap } from './rpc-tap.js';
export type { Clock } from './signals/clock.js';
export type {
  AskOptions,
  CallOptions,
  Conventions,
  ExecTelemetryOptions,
  LifecycleOptions,
  RequestOptions,
  ServeOptions,
} from './telemetry/options.js';
export { ExecTelemetry } from './telemetry.js';
