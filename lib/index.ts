export type { Environment, EnvironOptions } from './carriers/environ.js';
export { clearEnvironment, extractEnvironment, injectEnvironment } from './carriers/environ.js';
export type { Carrier, Origin, Precedence } from './carriers/message.js';
export { extractMessage, injectMessage } from './carriers/message.js';
export type {
  ConnectionFacts,
  InferenceFacts,
  InferenceOutcome,
  ProcessFacts,
  RequestFacts,
  RequestOutcome,
  ToolCallFacts,
} from './conventions/facts.js';
export type { Connection } from './lifecycle/connection.js';
export { errorTypeOf } from './lifecycle/error-type.js';
export type { Inference } from './lifecycle/inference.js';
export type { Process } from './lifecycle/process.js';
export type { Request } from './lifecycle/request.js';
export { outcomeOfResponse } from './lifecycle/request.js';
export type { ToolCall } from './lifecycle/tool-call.js';
export type { BridgeLogger, BridgeLoggerProvider, BridgeRecord } from './opentelemetry/logger.js';
export type { JsonRpcRequest, RpcTapOptions } from './rpc-tap.js';
export { RpcTap } from './rpc-tap.js';
export type { Clock } from './signals/clock.js';
export type {
  Conventions,
  ExecTelemetryOptions,
  LifecycleOptions,
  RequestOptions,
  ServeOptions,
} from './telemetry.js';
export { ExecTelemetry } from './telemetry.js';
