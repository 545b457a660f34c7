/**
 * Reading along what a JSON-RPC server and its client say to each other over stdin and stdout, from outside of both.
 * @module otel-exec/stdio
 */

export type { Protocol } from './instrumentation/stdio/protocol.js';
export type { ReceivedMessage, StdioTapOptions } from './instrumentation/stdio/tap.js';
export { StdioTap } from './instrumentation/stdio/tap.js';
