import {
  type Context,
  defaultTextMapGetter,
  INVALID_TRACEID,
  type Link,
  propagation,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import type { Carrier } from '../conventions/convention.js';
import { complain, warn } from '../opentelemetry/diagnostics.js';
import { spanContextOf } from '../opentelemetry/span-context.js';
import { isInherited } from './inherited.js';
import { activePropagator, BAGGAGE_FIELD, withSpanOf } from './propagator.js';

/**
 * Which context wins when a message carries one and there is an active span as well: `carrier` makes the
 * message's the parent and links the active span; `ambient` ignores the message's; `link` makes the
 * active span the parent and links the message's.
 */
export type Precedence = 'carrier' | 'ambient' | 'link';

/** Where a lifecycle comes from: its parent, and what it is linked to. */
export interface Origin {
  readonly context: Context;
  readonly links?: Link[];
}

/**
 * Finds the trace context in a JSON-RPC message: a top-level `trace` object (the exec-server wire), then
 * `params._meta` (MCP, ACP), then top-level members (StreamJsonRpc), else the ambient context. An invalid
 * one is told to `diag` and passed over. Never throws.
 * @param message the decoded message, whatever it is
 * @param ambient the context that is active where the message was received
 * @param precedence see {@link Precedence}; default `carrier`
 */
export function extractMessage(
  message: unknown,
  ambient: Context,
  precedence: Precedence = 'carrier',
): Origin {
  if (typeof message !== 'object' || message === null) return { context: ambient };
  try {
    return extract(message, ambient, precedence);
  } catch (error) {
    complain('trace context extraction', error);
    return { context: ambient };
  }
}

/**
 * Where a message's lifecycle comes from, found out by {@link extractMessage} once it is asked for. From then
 * on it keeps nothing of the message.
 */
export class MessageOrigin {
  #message: unknown;
  readonly #ambient: Context;
  readonly #precedence: Precedence | undefined;
  #origin: Origin | undefined;

  constructor(message: unknown, ambient: Context, precedence: Precedence | undefined) {
    this.#message = message;
    this.#ambient = ambient;
    this.#precedence = precedence;
  }

  get context(): Context {
    return this.#found.context;
  }

  get links(): Link[] | undefined {
    return this.#found.links;
  }

  get #found(): Origin {
    if (this.#origin === undefined) {
      this.#origin = extractMessage(this.#message, this.#ambient, this.#precedence);
      this.#message = undefined;
    }
    return this.#origin;
  }
}

function extract(message: object, ambient: Context, precedence: Precedence): Origin {
  const ambientSpan = spanContextOf(ambient);
  if (ambientSpan !== undefined && precedence === 'ambient') return { context: ambient };
  const propagator = activePropagator();
  const fields = propagator.fields();
  for (const find of CARRIERS) {
    const carrier = find(message);
    if (carrier === undefined || !hasAny(carrier, fields)) continue;
    const base = trace.getSpan(ambient) === undefined ? ambient : trace.deleteSpan(ambient);
    const extracted = propagator.extract(base, carrier, defaultTextMapGetter);
    const remote = trace.getSpanContext(extracted);
    if (remote !== undefined && remote.traceId !== INVALID_TRACEID) {
      return ambientSpan === undefined || isInherited(ambient)
        ? { context: extracted }
        : both(ambient, ambientSpan, extracted, remote, precedence);
    }
    if (extracted !== base) return { context: withSpanOf(ambient, extracted) };
    warn('ignored an invalid trace context in a message');
  }
  return { context: ambient };
}

function hasAny(carrier: object, fields: readonly string[]): boolean {
  for (const field of fields) if (Object.hasOwn(carrier, field)) return true;
  return false;
}

function both(
  ambient: Context,
  ambientSpan: SpanContext,
  extracted: Context,
  remote: SpanContext,
  precedence: Precedence,
): Origin {
  if (ambientSpan.spanId === remote.spanId && ambientSpan.traceId === remote.traceId) {
    return { context: ambient };
  }
  return precedence === 'link'
    ? { context: ambient, links: [{ context: remote }] }
    : { context: extracted, links: [{ context: ambientSpan }] };
}

const CARRIERS: readonly ((message: object) => object | undefined)[] = [
  (message) => objectOf((message as { trace?: unknown }).trace),
  (message) =>
    objectOf(objectOf<{ _meta?: unknown }>((message as { params?: unknown }).params)?._meta),
  (message) => message,
];

function objectOf<T extends object>(value: unknown): T | undefined {
  return isObject(value) ? (value as T) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What may go along with a message beside the trace context. */
export interface MessageCarrierOptions {
  /** Also send the baggage, which may hold anything. Default false. */
  readonly baggage?: boolean | undefined;
}

/**
 * A copy of an outgoing message that carries a context. Never over what is there: a message that carries a
 * context already is returned as it is. Never throws: where a propagator does, likewise.
 * @param message the message to copy
 * @param context the context to send
 * @param where which carrier to use; the parts of the message on the way there are copied too
 * @see https://modelcontextprotocol.io/community/seps/414-request-meta for `meta`
 */
export function injectMessage<M extends object>(
  message: M,
  context: Context,
  where: Carrier,
  { baggage = false }: MessageCarrierOptions = {},
): M {
  try {
    const propagator = activePropagator();
    const place = PLACES[where];
    const there = place.read(message);
    if (there === undefined || hasAny(there, propagator.fields())) return message;
    const carrier: Record<string, string> = {};
    const sent = baggage ? context : propagation.deleteBaggage(context);
    propagator.inject(sent, carrier, {
      set: (to, field, value) => {
        if (baggage || !BAGGAGE_FIELD.test(field)) to[field] = value;
      },
    });
    return Object.keys(carrier).length === 0 ? message : place.write(message, carrier);
  } catch (error) {
    complain('trace context injection', error);
    return message;
  }
}

interface Place {
  /** What is there already; empty where nothing is, undefined where there is no room for it. */
  read(message: object): object | undefined;
  write<M extends object>(message: M, carrier: object): M;
}

const PLACES: Readonly<Record<Carrier, Place>> = {
  trace: {
    read: (message) => memberOf(message, 'trace'),
    write: (message, carrier) => {
      return { ...message, trace: { ...memberOf(message, 'trace'), ...carrier } };
    },
  },
  message: {
    read: (message) => message,
    write: (message, carrier) => ({ ...message, ...carrier }),
  },
  meta: {
    read: (message) => {
      const params = memberOf(message, 'params');
      return params && memberOf(params, '_meta');
    },
    write: (message, carrier) => {
      const params = memberOf(message, 'params') ?? {};
      const meta = { ...memberOf(params, '_meta'), ...carrier };
      return { ...message, params: { ...params, _meta: meta } };
    },
  },
};

/** An object's member that is an object; empty where it has none, undefined where it is something else. */
function memberOf(of: object, name: string): object | undefined {
  const value: unknown = (of as Record<string, unknown>)[name];
  if (value === undefined) return {};
  return isObject(value) ? value : undefined;
}
