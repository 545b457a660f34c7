import type { CallOutcome } from '../../conventions/facts.js';
import { type Method, override } from '../base/override.js';

/** What the SDK was told of a request that it sends. */
export interface Asking {
  /** What the caller gives up with. */
  readonly signal: AbortSignal | undefined;
}

/**
 * The one method of `Protocol` that every request passes, and where its options are:
 * `_requestWithSchemaViaCodec` in the packages of 2 (2.4), `request` in `@modelcontextprotocol/sdk` 1.
 */
const FUNNELS: readonly (readonly [name: string, options: number])[] = [
  ['_requestWithSchemaViaCodec', 3],
  ['request', 2],
];

let asking: Asking | undefined;

/**
 * Hears what callers tell the SDK of their requests, which no message says.
 * @param prototype of a `Client` or a `Server`
 * @returns restores the original
 */
export function hearAsking(prototype: object): () => void {
  const [name, options] = FUNNELS.find(([name]) => Reflect.has(prototype, name)) ?? ['request', 2];
  return override(prototype, name, (request: Method) => {
    return function (this: unknown, ...args: unknown[]) {
      const outer = asking;
      const { signal } = (args[options] ?? {}) as Partial<Asking>;
      asking = { signal };
      try {
        return Reflect.apply(request, this, args);
      } finally {
        asking = outer;
      }
    };
  });
}

/** What the SDK was told of the request that it is sending right now; undefined where nobody asked it to. */
export function takeAsking(): Asking | undefined {
  const taken = asking;
  asking = undefined;
  return taken;
}

/** Why the SDK gives up on a request: the caller's signal, or else the SDK's own timer. */
export function outcomeOfGivingUp(told: Asking | undefined): CallOutcome {
  if (told === undefined) return { result: 'cancelled' };
  const { signal } = told;
  if (!signal?.aborted) return { result: 'timeout' };
  const { name } = (signal.reason ?? {}) as { name?: unknown };
  // https://webidl.spec.whatwg.org/#timeouterror, which AbortSignal.timeout() aborts with
  return { result: name === 'TimeoutError' ? 'timeout' : 'cancelled' };
}
