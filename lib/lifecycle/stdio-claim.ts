import { type Context, trace } from '@opentelemetry/api';

interface Claims {
  claimed: boolean;
  /** Whether JSON-RPC was seen on stdin by whoever watches it. */
  heard?: boolean;
  /** The requests that were seen there, by their spans. */
  requests?: WeakMap<object, HeardRequest>;
  readonly watchers: Set<() => void>;
}

/** A request that was seen on stdin. */
interface HeardRequest {
  readonly id: unknown;
  readonly method: unknown;
  isOpen(): boolean;
}

/** The claim is the process's, not this copy's: two copies of the package see each other. */
const CLAIMS = Symbol.for('otel-exec.stdio.claims.1');

/**
 * Tells that what the program hears on its stdin and says on its stdout is observed by whoever calls this,
 * so that nobody below observes it again. Never throws.
 */
export function claimStdio(): void {
  const claims = theClaims();
  claims.claimed = true;
  for (const watcher of [...claims.watchers]) watcher();
}

/** Whether somebody observes the program's stdin and stdout. */
export function isStdioClaimed(): boolean {
  return theClaims().claimed;
}

/** Tells that what is said on stdin and stdout is observed there, whatever library speaks it. */
export function hearStdio(): void {
  theClaims().heard = true;
}

/** Whether {@link hearStdio} was called. */
export function isStdioHeard(): boolean {
  return theClaims().heard === true;
}

/** Tells of a request that was seen on stdin, and in which context it is handled. */
export function hearStdioRequest(context: Context, request: HeardRequest): void {
  const span = trace.getSpan(context);
  if (span === undefined) return;
  const claims = theClaims();
  claims.requests ??= new WeakMap();
  claims.requests.set(span, request);
}

/** Whether a request is the one that is handled in a context, and was seen on stdin. */
export function isStdioRequest(
  context: Context,
  request: { readonly id?: unknown; readonly method: unknown },
): boolean {
  const { requests, claimed } = theClaims();
  if (requests === undefined || claimed) return false;
  const span = trace.getSpan(context);
  const heard = span && requests.get(span);
  if (heard === undefined || !heard.isOpen()) return false;
  return heard.id === request.id && heard.method === request.method;
}

/**
 * Waits for somebody to claim stdin and stdout.
 * @param claimed is called at each claim that is still to come
 * @returns stops waiting
 */
export function watchStdioClaims(claimed: () => void): () => void {
  const { watchers } = theClaims();
  watchers.add(claimed);
  return () => watchers.delete(claimed);
}

function theClaims(): Claims {
  const global = globalThis as { [CLAIMS]?: Claims };
  global[CLAIMS] ??= { claimed: false, watchers: new Set() };
  return global[CLAIMS];
}
