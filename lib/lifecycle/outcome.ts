import type { Outcome } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { errorTypeOf } from './error-type.js';

/**
 * What the signals are told of an outcome that a caller gave: its error type is there for everything that
 * failed. Never throws, whatever was given: what can't be read is an error.
 * @param plain the outcomes that say nothing but their result
 * @param fallback the outcome for every other result
 */
export function settledOutcome<O extends Outcome>(
  given: O,
  plain: Readonly<Record<string, O>>,
  fallback: O,
): O {
  try {
    const { result } = given;
    if (result === 'error') return failure(given) as unknown as O;
    return Object.hasOwn(plain, result) ? (plain[result] as O) : fallback;
  } catch (error) {
    if (given === undefined || given === null) return fallback;
    complain('reading an outcome', error);
    return { result: 'error', errorType: errorTypeOf(undefined) } as unknown as O;
  }
}

function failure({ code, errorType, error, message }: Outcome): Outcome {
  const known = Number.isSafeInteger(code) ? code : undefined;
  return {
    result: 'error',
    code: known,
    errorType:
      typeof errorType === 'string'
        ? errorType
        : known === undefined
          ? errorTypeOf(error)
          : String(known),
    message,
    error,
  };
}
