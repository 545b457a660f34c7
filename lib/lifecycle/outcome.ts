import type { Outcome } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { errorTypeOf } from './error-type.js';

/** An outcome as a caller gives it, whose `error` is what was thrown. */
interface Given extends Outcome {
  readonly error?: unknown;
}

/**
 * What the signals are told of an outcome that a caller gave: its error type is there for everything that
 * failed. Never throws, whatever was given: what can't be read is an error.
 * @param plain the outcomes that say nothing but their result
 * @param fallback the outcome for every other result
 */
export function settledOutcome<O extends Outcome>(
  given: O & Given,
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

function failure({ code, errorType, error }: Given): Outcome {
  const known = Number.isSafeInteger(code) ? code : undefined;
  if (typeof errorType === 'string') return { result: 'error', code: known, errorType };
  return {
    result: 'error',
    code: known,
    errorType: known === undefined ? errorTypeOf(error) : String(known),
  };
}
