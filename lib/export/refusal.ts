/**
 * The gRPC statuses that may be retried.
 * @see https://opentelemetry.io/docs/specs/otlp/#failures
 */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);
const RESOURCE_EXHAUSTED = 8;

/**
 * Whether a collector answered that it will never take this. An error of the OTLP exporters has a number
 * as its code then, HTTP's or gRPC's; HTTP's retryable answers come without, and failures of the network
 * have words.
 * @see https://opentelemetry.io/docs/specs/otlp/#failures-1
 */
export function isRefusal(error: Error): boolean {
  const { code, metadata } = error as {
    code?: unknown;
    metadata?: { get(key: string): unknown[] };
  };
  if (typeof code !== 'number' || RETRYABLE.has(code)) return false;
  if (code !== RESOURCE_EXHAUSTED) return true;
  // Retryable only with RetryInfo among the status details.
  return !metadata?.get('grpc-status-details-bin').length;
}
