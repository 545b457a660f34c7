import { type ExecTelemetry, type Request, RpcTap } from 'otel-exec';
import type { Limits } from './limits.js';
import { type Incoming, type RequestId, readMessage } from './message.js';
import { METHODS, type Method, type MethodContext } from './methods.js';
import { type ProcessCount, Processes } from './processes.js';
import { Production, type ProductionCount, ProductionRoom } from './production.js';
import { RequestQueue } from './request-queue.js';
import { CODES, limitExceeded, RpcError } from './rpc-error.js';
import type { Transport } from './transport.js';
import type { Notification } from './wire.js';

/** What is under way, over all connections. */
export interface ServiceCount extends ProcessCount {
  bytesInFlight: number;
}

/** What a connection shares with the others. */
export interface ConnectionOptions {
  readonly limits: Limits;
  readonly count: ServiceCount;
  readonly production: ProductionCount;
  readonly telemetry: ExecTelemetry | undefined;
}

type IncomingRequest = Extract<Incoming, { kind: 'request' }>;

/** One client: its requests in, its answers and notifications out, and the processes that it started. */
export class Connection {
  readonly processes: Processes;
  readonly #transport: Transport;
  readonly #limits: Limits;
  readonly #count: ServiceCount;
  readonly #context: MethodContext;
  readonly #queue: RequestQueue;
  readonly #room: ProductionRoom;
  readonly #tap: RpcTap | undefined;
  #inFlight = 0;
  #bytesInFlight = 0;
  #jsonrpc: unknown;
  #heldBack = false;
  #ended: Promise<void> | undefined;

  constructor(transport: Transport, options: ConnectionOptions) {
    const { limits, count, production, telemetry } = options;
    const notify = (notification: Notification) => this.#send(notification, this.#jsonrpc);
    this.#transport = transport;
    this.#limits = limits;
    this.#count = count;
    this.#queue = new RequestQueue(limits.requestsRunning);
    this.#room = new ProductionRoom({
      limit: limits.outboundBytes,
      count: production,
      buffered: () => transport.bufferedBytes,
    });
    this.#tap = telemetry && new RpcTap(telemetry, { transport: transport.name });
    this.processes = new Processes({ limits, count, telemetry, notify });
    this.#context = { limits, processes: this.processes };
  }

  /** Bytes that wait for the peer to take them. */
  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  /** Takes one message. */
  receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.refuse(new RpcError(CODES.parseError, 'not JSON'));
      return;
    }
    const incoming = readMessage(message);
    const jsonrpc = (message as { jsonrpc?: unknown } | null)?.jsonrpc;
    this.#jsonrpc = jsonrpc;
    if (incoming.kind === 'request') {
      const request = this.#tap?.received(message);
      this.#admit(incoming, request, jsonrpc, text.length);
    } else if (incoming.kind === 'invalid') {
      if (!Array.isArray(message) && typeof message === 'object') {
        this.#tap?.received({ ...message, id: incoming.id });
      }
      this.#answer(incoming.id, failure(incoming.error), jsonrpc);
    }
  }

  /** Tells the peer of something that was no message. */
  refuse(error: RpcError): void {
    this.#answer(null, failure(error), this.#jsonrpc);
  }

  /** The peer has taken some of what was sent. */
  drained(): void {
    this.#room.enter();
    if (!this.#heldBack || this.#transport.bufferedBytes > this.#limits.outboundBytes / 2) return;
    this.#heldBack = false;
    this.#transport.resume();
    this.processes.resume();
  }

  /**
   * The peer is gone: its requests end as disconnected, its processes are ended.
   * @returns a promise that settles when nothing of it is left
   */
  closed(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  /** Ends it from this side. */
  close(reason: string): void {
    this.#transport.close(reason);
  }

  #end(): Promise<void> {
    this.#addBytes(-this.#bytesInFlight);
    this.#queue.clear();
    this.#room.close();
    this.#tap?.close();
    this.processes.abandon();
    return this.processes.end();
  }

  #admit(incoming: IncomingRequest, request: Request | undefined, jsonrpc: unknown, size: number) {
    const method = METHODS.get(incoming.method);
    const refusal = this.#refusal(incoming.method, method, size);
    if (refusal !== undefined || method === undefined) {
      this.#answer(incoming.id, failure(refusal), jsonrpc);
      return;
    }
    this.#inFlight++;
    this.#addBytes(size);
    const settle = (outcome: object) => {
      this.#inFlight--;
      if (this.#ended === undefined) this.#addBytes(-size);
      this.#answer(incoming.id, outcome, jsonrpc);
    };
    const work = () => {
      request?.dequeued();
      return request === undefined
        ? this.#handle(method, incoming, settle)
        : request.run(() => this.#handle(method, incoming, settle));
    };
    if (method.waits) void work();
    else this.#queue.push(work);
  }

  #addBytes(bytes: number): void {
    this.#bytesInFlight += bytes;
    this.#count.bytesInFlight += bytes;
  }

  #refusal(name: string, method: Method | undefined, size: number): RpcError | undefined {
    const { requestsInFlight, bytesInFlight, totalBytesInFlight } = this.#limits;
    if (method === undefined) return new RpcError(CODES.methodNotFound, `no method ${name}`);
    if (this.#inFlight >= requestsInFlight) {
      return limitExceeded('requests in flight', requestsInFlight);
    }
    if (this.#bytesInFlight + size > bytesInFlight) {
      return limitExceeded('bytes in flight', bytesInFlight);
    }
    if (this.#count.bytesInFlight + size > totalBytesInFlight) {
      return limitExceeded('bytes in flight over all connections', totalBytesInFlight);
    }
    return undefined;
  }

  #handle(
    method: Method,
    { params }: IncomingRequest,
    settle: (outcome: object) => void,
  ): Promise<void> | undefined {
    try {
      const result = method.handle(params, this.#context);
      if (result instanceof Promise) return this.#settleLater(result, settle);
      settle({ result });
    } catch (error) {
      settle(failure(error));
    }
    return undefined;
  }

  async #settleLater(result: Promise<unknown>, settle: (outcome: object) => void): Promise<void> {
    try {
      const value = await result;
      if (value instanceof Production) {
        return this.#room.run(value, (produced) => this.#settleLater(produced, settle));
      }
      settle({ result: value });
    } catch (error) {
      settle(failure(error));
    }
  }

  #answer(id: RequestId | null, outcome: object, jsonrpc: unknown): void {
    const response = { id, ...outcome };
    this.#send(response, jsonrpc);
    this.#tap?.sent(response);
  }

  #send(message: object, jsonrpc: unknown): void {
    if (this.#ended !== undefined) return;
    const { outboundBytes } = this.#limits;
    this.#transport.send(
      JSON.stringify(jsonrpc === undefined ? message : { jsonrpc: '2.0', ...message }),
    );
    if (this.#heldBack || this.#transport.bufferedBytes <= outboundBytes) return;
    this.#heldBack = true;
    this.#transport.pause();
    this.processes.pause();
  }
}

function failure(error: unknown): { error: { code: number; message: string } } {
  if (error instanceof RpcError) return { error: { code: error.code, message: error.message } };
  return { error: { code: CODES.internalError, message: 'internal error' } };
}
