import { type OtlpAnswer, readAnswer, TAKEN } from './otlp-answer.js';

/** Calls `send`; the answer to what is sent in there is told before the exporter's own result. */
export type ListenToAnswer = (tell: (answer: OtlpAnswer) => void, send: () => void) => void;

interface Transport {
  send(data: Uint8Array, timeoutMillis: number): Promise<TransportResult>;
  shutdown(): unknown;
  /** What a retrying transport sends through. */
  readonly _transport?: Transport;
}

interface TransportResult {
  readonly status: string;
  readonly data?: Uint8Array | undefined;
  readonly retryInMillis?: number | undefined;
}

interface Delegate {
  _transport: Transport;
  readonly _serializer: { deserializeResponse(data: Uint8Array): unknown };
}

const JSON_BEGINS = '{'.charCodeAt(0);

/**
 * Lets what an OTLP exporter gets as an answer be seen, and takes its own retries out, which are the
 * queue's: they hide `Retry-After`, and their timers keep the program alive.
 *
 * The official exporters, of either line and over each protocol, call a success what was rejected in
 * part, and what was no OTLP response at all. They tell of it to `diag` alone:
 * https://github.com/open-telemetry/opentelemetry-js/blob/v2.12.0/experimental/packages/otlp-exporter-base/src/otlp-export-delegate.ts
 * Their transport is private, and the only place where it can be seen. Any other exporter is left as it is.
 */
export function watchAnswers(exporter: object): ListenToAnswer {
  const { _delegate: delegate } = exporter as { readonly _delegate?: unknown };
  if (!isDelegate(delegate)) return (_tell, send) => send();
  const { _transport: outer, _serializer: serializer } = delegate;
  const transport = isTransport(outer._transport) ? outer._transport : outer;
  let listener: ((answer: OtlpAnswer) => void) | undefined;
  delegate._transport = {
    async send(data, timeoutMillis) {
      const tell = listener;
      const result = await transport.send(data, timeoutMillis);
      const { status, retryInMillis } = result;
      if (status !== 'success') {
        tell?.({ ...TAKEN, retryInMillis });
        return result;
      }
      const parse = data[0] === JSON_BEGINS ? parseJson : serializer.deserializeResponse;
      tell?.(readAnswer(result.data, (answer) => parse.call(serializer, answer)));
      return { status };
    },
    shutdown: () => outer.shutdown(),
  };
  return (tell, send) => {
    listener = tell;
    try {
      send();
    } finally {
      listener = undefined;
    }
  };
}

function isDelegate(value: unknown): value is Delegate {
  const { _transport, _serializer } = (value ?? {}) as Partial<Delegate>;
  return isTransport(_transport) && typeof _serializer?.deserializeResponse === 'function';
}

function isTransport(value: unknown): value is Transport {
  const { send, shutdown } = (value ?? {}) as Partial<Transport>;
  return typeof send === 'function' && typeof shutdown === 'function';
}

function parseJson(data: Uint8Array): unknown {
  return JSON.parse(Buffer.from(data).toString());
}
