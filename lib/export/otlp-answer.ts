/** What an OTLP endpoint has answered to one attempt, as far as the exporter's own result is silent on it. */
export interface OtlpAnswer {
  /** How many of a batch that was taken were rejected all the same. */
  readonly rejected: number;
  /** What the endpoint says of that. */
  readonly message: string;
  /** Whether success was claimed by something that is no OTLP response, such as a login page. */
  readonly foreign: boolean;
  /** Milliseconds that the endpoint asks to be left alone, by `Retry-After`. */
  readonly retryInMillis: number | undefined;
}

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
const TAKEN: OtlpAnswer = { rejected: 0, message: '', foreign: false, retryInMillis: undefined };

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
      tell?.(readAnswer(result.data, data[0] === JSON_BEGINS, serializer));
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

/** @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1 */
function readAnswer(
  data: Uint8Array | undefined,
  json: boolean,
  serializer: Delegate['_serializer'],
): OtlpAnswer {
  if (data === undefined || data.length === 0) return TAKEN;
  try {
    const response = json
      ? JSON.parse(Buffer.from(data).toString())
      : serializer.deserializeResponse(data);
    return readPartialSuccess(response);
  } catch {
    const message = `the answer is no OTLP response: ${excerpt(data)}`;
    return { ...TAKEN, foreign: true, message };
  }
}

function readPartialSuccess(response: unknown): OtlpAnswer {
  if (typeof response !== 'object' || response === null) throw new TypeError('not an object');
  const { partialSuccess } = response as { partialSuccess?: Record<string, unknown> | null };
  const { rejectedSpans, rejectedLogRecords, errorMessage } = partialSuccess ?? {};
  const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? 0);
  const message = typeof errorMessage === 'string' ? errorMessage : '';
  return { ...TAKEN, rejected: Math.max(rejected, 0) || 0, message };
}

function excerpt(data: Uint8Array): string {
  return JSON.stringify(Buffer.from(data.subarray(0, 80)).toString());
}
