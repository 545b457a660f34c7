import type { Settled } from './queue/fate.js';

/** What an OTLP endpoint has answered to one attempt. */
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

/** The answer that says nothing. */
export const TAKEN: OtlpAnswer = {
  rejected: 0,
  message: '',
  foreign: false,
  retryInMillis: undefined,
};

/**
 * Reads what came with a success.
 * @param parse gives the response's message as an object with the names that it has in JSON; throws where it is none
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
export function readAnswer(
  data: Uint8Array | undefined,
  parse: (data: Uint8Array) => unknown,
): OtlpAnswer {
  if (data === undefined || data.length === 0) return TAKEN;
  try {
    return readPartialSuccess(parse(data));
  } catch {
    const message = `the answer is no OTLP response: ${excerpt(data)}`;
    return { ...TAKEN, foreign: true, message };
  }
}

/** What becomes of a batch to which success was answered. */
export function settledBy({ foreign, rejected, message }: OtlpAnswer): Settled {
  return foreign
    ? { kind: 'refused', reason: 'invalid_response', message }
    : { kind: 'arrived', rejected, message };
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
