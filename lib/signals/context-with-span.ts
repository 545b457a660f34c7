import { type Context, INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';

/**
 * A context with a span in it: what `trace.setSpan` makes, without the copy of all other entries. The
 * context of every lifecycle is one, and most are never asked for anything but their span.
 * @see https://opentelemetry.io/docs/specs/otel/context/#overview
 */
export class ContextWithSpan implements Context {
  readonly #parent: Context;
  readonly #span: Span;

  constructor(parent: Context, span: Span) {
    this.#parent = parent instanceof ContextWithSpan ? parent.#parent : parent;
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.#span : this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#parent.setValue(SPAN_KEY, this.#span).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    const rest = this.#parent.deleteValue(key);
    return key === SPAN_KEY ? rest : new ContextWithSpan(rest, this.#span);
  }
}

/** Where the API keeps a context's span, which it tells to whoever implements its Context. */
const SPAN_KEY = findSpanKey();

function findSpanKey(): symbol {
  let found = Symbol('no span key');
  const witness: Context = {
    getValue: () => undefined,
    setValue: (key) => {
      found = key;
      return witness;
    },
    deleteValue: () => witness,
  };
  trace.setSpan(witness, trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  return found;
}
