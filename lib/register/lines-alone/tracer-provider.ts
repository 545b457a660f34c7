import {
  type Context,
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { spanContextOf } from '../../opentelemetry/span-context.js';
import { isTracingSuppressed } from '../../opentelemetry/suppression.js';

/** How many digits an id has, hexadecimal. */
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;
const DIGITS_AT_ONCE = 8;

/**
 * Makes spans that are known by their ids alone: they join lines, and what children do, to one trace, and nobody is
 * there to read more of them. A trace that begins here is sampled, as by the SDK's default; another one goes on as
 * it came.
 */
export class IdentifyingTracerProvider implements TracerProvider {
  getTracer(): Tracer {
    return TRACER;
  }
}

const TRACER: Tracer = {
  startSpan,
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const work = rest.at(-1) as (span: Span) => ReturnType<F>;
    const [options, parent = contextApi.active()] = rest.slice(0, -1) as [SpanOptions?, Context?];
    const span = startSpan(name, options, parent);
    return contextApi.with(trace.setSpan(parent, span), work, undefined, span);
  },
};

function startSpan(
  _name: string,
  { root }: SpanOptions = {},
  context: Context = contextApi.active(),
): Span {
  if (isTracingSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const parent = root ? undefined : spanContextOf(context);
  return trace.wrapSpanContext({
    traceId: parent?.traceId ?? randomId(TRACE_ID_DIGITS),
    spanId: randomId(SPAN_ID_DIGITS),
    traceFlags: parent?.traceFlags ?? TraceFlags.SAMPLED,
    ...(parent?.traceState && { traceState: parent.traceState }),
  });
}

/**
 * As random as the SDK's own ids. One of zeros alone would be invalid.
 * @see https://www.w3.org/TR/trace-context/#trace-id
 */
function randomId(digits: number): string {
  let id = '';
  while (id.length < digits) {
    id += Math.floor(Math.random() * 16 ** DIGITS_AT_ONCE)
      .toString(16)
      .padStart(DIGITS_AT_ONCE, '0');
  }
  return /[^0]/.test(id) ? id : randomId(digits);
}
