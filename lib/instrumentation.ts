/**
 * Instrumentations for an app that starts OpenTelemetry itself: child processes, JSON-RPC, MCP, ACP and stdio.
 * @module otel-exec/instrumentation
 */

export type { InstrumentationConfig } from './instrumentation/base/exec-instrumentation.js';
export { ExecInstrumentation } from './instrumentation/base/exec-instrumentation.js';
export type { Providers } from './instrumentation/base/providers.js';
export type { ChildProcessInstrumentationConfig } from './instrumentation/child-process/config.js';
export { ChildProcessInstrumentation } from './instrumentation/child-process/instrumentation.js';
export type { ChildProcessExit } from './instrumentation/child-process/outcome.js';
export type { McpInstrumentationConfig } from './instrumentation/mcp/config.js';
export { McpInstrumentation } from './instrumentation/mcp/instrumentation.js';
export { hookImports } from './instrumentation/modules/import-loader.js';
export { ModuleInstrumentation } from './instrumentation/modules/module-instrumentation.js';
export type { WatchedPackage } from './instrumentation/modules/watched-packages.js';
export type { AcpInstrumentationConfig } from './instrumentation/rpc/acp-config.js';
export { AcpInstrumentation } from './instrumentation/rpc/acp-instrumentation.js';
export type { RpcInstrumentationConfig } from './instrumentation/rpc/config.js';
export type { JsonRpcInstrumentationConfig } from './instrumentation/rpc/json-rpc-instrumentation.js';
export { JsonRpcInstrumentation } from './instrumentation/rpc/json-rpc-instrumentation.js';

export type { RpcInstrumentation } from './instrumentation/rpc/rpc-instrumentation.js';
export type { StdioInstrumentationConfig } from './instrumentation/stdio/config.js';
export { StdioInstrumentation } from './instrumentation/stdio/instrumentation.js';
export type { Protocol } from './instrumentation/stdio/protocol.js';
export type { StdioTelemetry } from './instrumentation/stdio/telemetry.js';
