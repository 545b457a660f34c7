import { context, trace } from '@opentelemetry/api';
import type { CallOutcome, RequestOutcome } from '../../conventions/facts.js';
import type { Call } from '../../lifecycle/call.js';
import type { Request } from '../../lifecycle/request.js';
import { attempt } from '../../opentelemetry/diagnostics.js';
import {
  isSuppressing,
  isTracingSuppressed,
  suppressTracing,
} from '../../opentelemetry/suppression.js';
import type { JsonRpcRequest, RpcTapOptions, TappedTelemetry } from '../../rpc-tap/options.js';
import { RpcTap } from '../../rpc-tap.js';
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
  readonly requests: TappedTelemetry;
}

/** A tap on one stream, with the instrumentation's config applied. */
export class RpcWatch {
  readonly #host: RpcHost;
  readonly #tap: RpcTap;

  constructor(host: RpcHost, options?: RpcTapOptions) {
    this.#host = host;
    host.opened();
    const { requests } = host;
    this.#tap = new RpcTap(
      {
        ...requests,
        notificationReceived: (message, options) =>
          this.#observes(message) ? requests.notificationReceived?.(message, options) : undefined,
        notificationSent: (message, options) =>
          this.#observes(message) ? requests.notificationSent?.(message, options) : undefined,
      },
      options,
    );
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

  /**
   * Tells of a message that is queued for the transport. Never throws.
   * @returns the message to send; see {@link RpcTap.sent}
   */
  sent<M>(message: M): M {
    if (!isRequest(message)) return this.#tap.sent(message);
    if (!this.#observes(message)) return message;
    const carrying = this.#tap.sent(message);
    const call = this.#tap.call(message.id);
    if (call !== undefined) this.#tellHook(call, message);
    return carrying;
  }

  /** The call that waits for the response with an id; undefined where none does. */
  call(id: unknown): Call | undefined {
    return this.#tap.call(id);
  }

  /** Tells that we gave up on a call. */
  gaveUp(id: unknown, outcome: CallOutcome): void {
    this.#tap.gaveUp(id, outcome);
  }

  /**
   * Tells that the stream closed.
   * @param outcome how the requests that are open ended; see {@link RpcTap.close}
   */
  close(outcome?: RequestOutcome): void {
    this.#tap.close(outcome);
  }

  /** Whether what is sent, or is a notification, is to be observed. */
  #observes(message: unknown): boolean {
    if (isTracingSuppressed(context.active()) || !this.#host.isEnabled()) return false;
    return !this.#ignores(message as JsonRpcRequest);
  }

  #ignores(message: JsonRpcRequest): boolean {
    const { ignore } = this.#host.getConfig();
    if (ignore === undefined) return false;
    return attempt('ignore', () => suppressTracing(() => ignore(message))) === true;
  }

  #tellHook(begun: Request | Call, message: JsonRpcRequest): void {
    const { requestHook } = this.#host.getConfig();
    if (requestHook === undefined) return;
    attempt('requestHook', () => {
      const span = trace.getSpan(begun.context);
      const recording = span?.isRecording() ? span : undefined;
      return suppressTracing(() => requestHook(recording, message));
    });
  }
}

/** Whether a decoded message asks for an answer. */
export function isRequest(message: unknown): message is JsonRpcRequest {
  if (typeof message !== 'object' || message === null) return false;
  const { method, id } = message as Partial<JsonRpcRequest>;
  return typeof method === 'string' && id !== undefined;
}
