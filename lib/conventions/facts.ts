import type { Outcome } from './convention.js';

/** What is known of a request when its message is decoded, or of a call when its message is sent. */
export interface RequestFacts {
  /**
   * The JSON-RPC id. Read only when a signal will carry it.
   * @see https://www.jsonrpc.org/specification#request_object
   */
  readonly id?: unknown;
  /** The method's name, as the peer sent it. */
  readonly method: string;
  /** The `jsonrpc` member of the message, where it has one. */
  readonly jsonrpc?: unknown;
  /** The tool that an MCP `tools/call` names. */
  readonly tool?: string | undefined;
  /** The prompt that an MCP `prompts/get` names. */
  readonly prompt?: string | undefined;
  /** The resource that an MCP message names, on the span alone. Read only when a signal will carry it. */
  readonly resourceUri?: string | undefined;
  /** The MCP session. Read only when a signal will carry it. */
  readonly sessionId?: string | undefined;
  /** The revision of MCP that both sides have agreed on, such as `2025-06-18`. */
  readonly protocolVersion?: string | undefined;
  /**
   * What carries the messages: `pipe` for stdio, `tcp` or `quic` for HTTP, `unix`, …
   * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/#network-transport
   */
  readonly transport?: string | undefined;
  /** The application protocol below JSON-RPC, in lower case: `http`, `websocket`. Read only when a signal will carry it. */
  readonly networkProtocolName?: string | undefined;
  /** Its version: `1.1`, `2`. Read only when a signal will carry it. */
  readonly networkProtocolVersion?: string | undefined;
  /** Host name or address of the server, or the path of its socket. Read only when a signal will carry it. */
  readonly serverAddress?: string | undefined;
  /** Read only when a signal will carry it. */
  readonly serverPort?: number | undefined;
  /** Address of the client, on a server's span. Read only when a signal will carry it. */
  readonly clientAddress?: string | undefined;
  /** Read only when a signal will carry it. */
  readonly clientPort?: number | undefined;
}

/** How a request ends. `throw undefined` is `{ result: 'error', error: undefined }`. */
export interface RequestOutcome extends Outcome {
  readonly result: 'success' | 'error' | 'cancelled' | 'disconnected';
  /**
   * The JSON-RPC error code, where the response is an error; it is the error type unless `errorType` is given.
   * @see https://www.jsonrpc.org/specification#error_object
   */
  readonly code?: number | undefined;
  /** What was thrown; only its class is used, where neither `errorType` nor `code` is given. */
  readonly error?: unknown;
}

/** How a call ends: a request that we send. */
export interface CallOutcome extends Outcome {
  readonly result: 'success' | 'error' | 'cancelled' | 'timeout' | 'disconnected';
  /**
   * The JSON-RPC error code, where the response is an error; it is the error type unless `errorType` is given.
   * @see https://www.jsonrpc.org/specification#error_object
   */
  readonly code?: number | undefined;
  /** What was thrown; only its class is used, where neither `errorType` nor `code` is given. */
  readonly error?: unknown;
}

/** What is known of a session when it begins. */
export interface SessionFacts {
  /** The version of the protocol that both sides have agreed on. */
  readonly protocolVersion?: string | undefined;
  /** What carries it, as `network.transport` has it: `pipe`, `tcp`, … */
  readonly transport?: string | undefined;
}

/** How a session ends. */
export interface SessionOutcome extends Outcome {
  readonly result: 'success' | 'error';
  /** What was thrown; only its class is used, where no `errorType` is given. */
  readonly error?: unknown;
}

/** What is known of a process when its start is asked for. */
export interface ProcessFacts {
  /** The server's own id for it; not the pid. Read only when a signal will carry it. */
  readonly id?: string | number | undefined;
  /** Path or name of the executable; only its base name is used, but with `captureExecutablePath`. */
  readonly executable?: string | undefined;
  /** Path of the executable. On the span only with `captureExecutablePath`. Default: {@link executable}. */
  readonly executablePath?: string | undefined;
  /** The argument vector, the executable's name first. On the span only with `captureCommandArgs`. */
  readonly argv?: readonly string[] | undefined;
  /** The conversation on whose behalf it runs. On the exec server's signals alone; never a label. */
  readonly conversationId?: string | undefined;
  /** The tool call on whose behalf it runs. On the exec server's signals alone; never a label. */
  readonly toolCallId?: string | undefined;
}

/** How a process ends. */
export interface ProcessOutcome extends Outcome {
  readonly result: 'success' | 'error' | 'terminated' | 'spawn_failed' | 'unknown';
  readonly exitCode?: number | undefined;
  /** Name of the signal that killed it. */
  readonly signal?: string | undefined;
  /** What whoever watched it from outside knows that it has used. */
  readonly usage?: ProcessUsage | undefined;
  /** What the next host knows of it, where its own was lost while it was open. */
  readonly lost?: LostProcess | undefined;
}

/** What a process has used, as far as it is known; whoever tells says what is counted. */
export interface ProcessUsage {
  /** Processor time in user mode, whole milliseconds. */
  readonly userMillis?: number | undefined;
  /** Processor time in system mode, whole milliseconds. */
  readonly systemMillis?: number | undefined;
  /** The most physical memory that it had, bytes. */
  readonly peakBytes?: number | undefined;
}

/** What is known of a process whose host was lost. */
export interface LostProcess {
  /** Undefined where it wasn't spawned yet. */
  readonly pid: number | undefined;
  /** Whether it still runs; undefined where that can't be known. */
  readonly alive: boolean | undefined;
}

/** What is known of a tool call when it is received. */
export interface ToolCallFacts {
  /** Name of the tool. */
  readonly tool: string;
  readonly callId?: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  /** Who calls: the model itself (default), or code that a code-mode runtime runs, which is never counted. */
  readonly source?: 'direct' | 'code_mode';
}

/** How a tool call ends: it has no result of its own, only the moment of its admission, and whether it threw. */
export interface ToolCallOutcome extends Outcome {
  readonly result: 'completed';
  /** Milliseconds on the monotonic clock when the dispatch lock was taken; undefined if it never was. */
  readonly startedAt: number | undefined;
}

/** What is known of a model call when it is sent. */
export interface InferenceFacts {
  readonly model: string;
  /** Name of the provider, such as `openai`. */
  readonly provider: string;
  readonly conversationId?: string;
  readonly turnId?: string;
  /** Which call of its turn this is, from 1. */
  readonly index?: number;
}

/** How a model call ends. */
export interface InferenceOutcome extends Outcome {
  readonly result: 'success' | 'error' | 'cancelled';
  /** What was thrown; only its class is used, where no `errorType` is given. */
  readonly error?: unknown;
}

/** What is known of a connection when it is accepted. */
export interface ConnectionFacts {
  /** Which transport: `websocket`, `stdio`, … The host chooses it; it is a metric label. */
  readonly transport: string;
}

/** How a connection ends. */
export interface ConnectionOutcome extends Outcome {
  readonly result: 'closed';
}
