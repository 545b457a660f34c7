import { trace } from '@opentelemetry/api';
import type { Request } from '../../lifecycle/request.js';
import { attempt } from '../../opentelemetry/diagnostics.js';
import { isSuppressing, suppressTracing } from '../../opentelemetry/suppression.js';
import { type JsonRpcRequest, RpcTap, type RpcTapOptions } from '../../rpc-tap.js';
import type { ExecTelemetry } from '../../telemetry.js';
import type { RpcInstrumentationConfig } from './config.js';

/** What the hands on a stream need of their instrumentation. */
export interface RpcHost {
  /** Whether requests are to begin at the moment. */
  isEnabled(): boolean;
  /** The config at the moment. */
  getConfig(): RpcInstrumentationConfig;
  /** Is told of each stream that is watched. */
  opened(): void;
  /** The telemetry at the moment. */
  readonly requests: Pick<ExecTelemetry, 'request' | 'connection'>;
}

/** A tap on one stream, with the instrumentation's config applied. */
export class RpcWatch {
  readonly #host: RpcHost;
  readonly #tap: RpcTap;

  constructor(host: RpcHost, options?: RpcTapOptions) {
    this.#host = host;
    host.opened();
    this.#tap = new RpcTap(host.requests, options);
  }

  /**
   * Tells of a message that came in. Never throws.
   * @returns the request that it began, to run its handler in
   */
  received(message: unknown): Request | undefined {
    if (!isRequest(message)) return this.#tap.received(message);
    if (isSuppressing() || !this.#host.isEnabled() || this.#ignores(message)) return undefined;
    const request = this.#tap.received(message);
    if (request !== undefined) this.#tellHook(request, message);
    return request;
  }

  /** Tells of a message that is queued for the transport. Never throws. */
  sent(message: unknown): void {
    this.#tap.sent(message);
  }

  /** Tells that the stream closed. */
  close(): void {
    this.#tap.close();
  }

  #ignores(message: JsonRpcRequest): boolean {
    const { ignore } = this.#host.getConfig();
    if (ignore === undefined) return false;
    return attempt('ignore', () => suppressTracing(() => ignore(message))) === true;
  }

  #tellHook(request: Request, message: JsonRpcRequest): void {
    const { requestHook } = this.#host.getConfig();
    if (requestHook === undefined) return;
    attempt('requestHook', () => {
      const span = trace.getSpan(request.context);
      const recording = span?.isRecording() ? span : undefined;
      return suppressTracing(() => requestHook(recording, message));
    });
  }
}

function isRequest(message: unknown): message is JsonRpcRequest {
  if (typeof message !== 'object' || message === null) return false;
  const { method, id } = message as Partial<JsonRpcRequest>;
  return typeof method === 'string' && id !== undefined;
}
