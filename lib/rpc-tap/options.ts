import type { Carrier } from '../conventions/convention.js';
import type { RequestFacts, RequestOutcome } from '../conventions/facts.js';
import type { ExecTelemetry } from '../telemetry.js';

/** Whether a message came in, or goes out. */
export type MessageDirection = 'received' | 'sent';

/** What a tap needs to know of the stream that it watches. */
export interface RpcTapOptions {
  /** Which transport: `websocket`, `stdio`, … Without it, the connection is not counted. */
  readonly transport?: string | undefined;
  /** More facts than a JSON-RPC message tells by itself, such as the tool that an MCP call names. */
  readonly facts?:
    | ((message: JsonRpcRequest, direction: MessageDirection) => Partial<RequestFacts> | undefined)
    | undefined;
  /** How a request or a call ended, by its response. Default `outcomeOfResponse`. */
  readonly outcome?: ((response: unknown) => RequestOutcome) | undefined;
  /**
   * Where the calls that go out carry the trace context; they are copied for it. Default: nowhere, since
   * strict peers refuse members that they don't know.
   */
  readonly carrier?: Carrier | undefined;
  /** Where the notifications that go out carry it, of a protocol whose notifications have spans. Default: nowhere. */
  readonly notificationCarrier?: Carrier | undefined;
  /** Whether they carry the baggage too, which may hold anything. Default false. */
  readonly baggage?: boolean | undefined;
}

/** @see https://www.jsonrpc.org/specification#request_object */
export interface JsonRpcRequest {
  readonly jsonrpc?: unknown;
  /** Undefined in a notification. */
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown;
}

/** What a tap feeds. */
export type TappedTelemetry = Pick<ExecTelemetry, 'request' | 'connection'> &
  Partial<Pick<ExecTelemetry, 'call' | 'announce' | 'notificationReceived' | 'notificationSent'>>;
