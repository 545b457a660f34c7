/*
 * Attribute names as literals, as the README of @opentelemetry/semantic-conventions advises libraries to
 * do for names that aren't stable yet; a test compares each with that package.
 */

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/#error-type */
export const ERROR_TYPE = 'error.type';
/** The value for everything outside a bounded set, by the semantic conventions. */
export const OTHER = '_OTHER';

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/ */
export const RPC_SYSTEM_NAME = 'rpc.system.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/ */
export const RPC_METHOD = 'rpc.method';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/ */
export const RPC_METHOD_ORIGINAL = 'rpc.method_original';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/ */
export const RPC_STATUS_CODE = 'rpc.status_code';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/jsonrpc/ */
export const JSONRPC_REQUEST_ID = 'jsonrpc.request.id';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/jsonrpc/ */
export const JSONRPC_PROTOCOL_VERSION = 'jsonrpc.protocol.version';

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/mcp/ */
export const MCP_METHOD_NAME = 'mcp.method.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/mcp/ */
export const MCP_SESSION_ID = 'mcp.session.id';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/mcp/ */
export const MCP_PROTOCOL_VERSION = 'mcp.protocol.version';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/mcp/ */
export const MCP_RESOURCE_URI = 'mcp.resource.uri';

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ */
export const PROCESS_EXECUTABLE_NAME = 'process.executable.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ */
export const PROCESS_EXECUTABLE_PATH = 'process.executable.path';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ */
export const PROCESS_PID = 'process.pid';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ */
export const PROCESS_EXIT_CODE = 'process.exit.code';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/process/ */
export const PROCESS_COMMAND_ARGS = 'process.command_args';

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_PROVIDER_NAME = 'gen_ai.provider.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_REQUEST_MODEL = 'gen_ai.request.model';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_PROMPT_NAME = 'gen_ai.prompt.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_TOOL_CALL_ID = 'gen_ai.tool.call.id';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
export const GEN_AI_CONVERSATION_ID = 'gen_ai.conversation.id';

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/ */
export const NETWORK_TRANSPORT = 'network.transport';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/ */
export const NETWORK_PROTOCOL_NAME = 'network.protocol.name';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/ */
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/server/ */
export const SERVER_ADDRESS = 'server.address';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/server/ */
export const SERVER_PORT = 'server.port';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/client/ */
export const CLIENT_ADDRESS = 'client.address';
/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/client/ */
export const CLIENT_PORT = 'client.port';
