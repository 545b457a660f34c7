import { OTHER } from '../conventions/attributes.js';
import { MAX_TEXT } from '../conventions/fields.js';

/**
 * The class of a thrown value: its `code` if that is a name such as `ENOENT`, else its `name`, else
 * `_OTHER`, as for `throw undefined`. Never its message, which may say anything. Never throws.
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/#error-type
 */
export function errorTypeOf(error: unknown): string {
  try {
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
    return classOf(code) ?? classOf(name) ?? OTHER;
  } catch {
    return OTHER;
  }
}

function classOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_TEXT && /^[A-Za-z_][\w.]*$/.test(value)
    ? value
    : undefined;
}
