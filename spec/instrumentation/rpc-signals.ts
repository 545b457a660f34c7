import type { CapturedSpan, ExpectedMembers } from 'otel-exec/testing';

/** One request at one of its ends, and how it ended there. */
export interface Ending {
  readonly end: 'client' | 'server';
  readonly id: string;
  /** The label; undefined where it is `_OTHER`. */
  readonly method?: string;
  /** The raw name of what is `_OTHER`. */
  readonly original?: string;
  readonly result?: string;
  readonly errorType?: string;
  readonly code?: string;
}

const BODIES = { client: 'call completed', server: 'request completed' };

/** The complete signals of some requests and calls, by the JSON-RPC conventions. */
export function rpcSignalsOf(...endings: readonly Ending[]) {
  return {
    spans: endings.map(spanOf) satisfies ExpectedMembers<CapturedSpan>[],
    events: endings.map(eventOf),
    metrics: Object.fromEntries(
      (['client', 'server'] as const)
        .map((end) => [
          `rpc.${end}.call.duration`,
          pointsOf(endings.filter((ending) => ending.end === end)),
        ])
        .filter(([, points]) => points?.length),
    ),
  };
}

function spanOf(ending: Ending) {
  return {
    name: ending.method ?? 'jsonrpc',
    kind: ending.end.toUpperCase(),
    status: ending.result === undefined ? 'UNSET' : 'ERROR',
    attributes: {
      ...attributesOf(ending),
      'jsonrpc.request.id': ending.id,
      ...(ending.original !== undefined && { 'rpc.method_original': ending.original }),
    },
  };
}

function eventOf(ending: Ending) {
  const { 'rpc.method': method, 'error.type': errorType } = attributesOf(ending);
  return {
    name: `rpc.${ending.end}.request`,
    target: 'otel-exec',
    severity: 'INFO',
    body: BODIES[ending.end],
    attributes: {
      request_id: ending.id,
      method,
      result: ending.result ?? 'success',
      duration_ms: Number.isInteger,
      traceparent: /^00-[\da-f]{32}-[\da-f]{16}-01$/,
      ...(ending.original !== undefined && { method_original: ending.original }),
      ...(errorType && { 'error.type': errorType }),
    },
  };
}

function pointsOf(endings: readonly Ending[]) {
  const points = new Map<string, { value: number; attributes: Record<string, string> }>();
  for (const ending of endings) {
    const attributes = attributesOf(ending);
    const key = JSON.stringify(attributes);
    points.set(key, { attributes, value: (points.get(key)?.value ?? 0) + 1 });
  }
  return [...points.values()];
}

function attributesOf({ method = '_OTHER', code, errorType = code }: Ending) {
  return {
    'rpc.system.name': 'jsonrpc',
    'rpc.method': method,
    ...(code !== undefined && { 'rpc.status_code': code }),
    ...(errorType !== undefined && { 'error.type': errorType }),
  } as Record<string, string> & { 'rpc.method': string };
}

/** The same signals, and one notification of a method at some ends. */
export function withNotification<S extends { readonly metrics: object }>(
  signals: S,
  method: string,
  ...ends: readonly ('client' | 'server')[]
): S {
  const attributes = { 'rpc.method': method, 'rpc.system.name': 'jsonrpc' };
  const counts = ends.map((end) => [`jsonrpc.${end}.notifications`, [{ value: 1, attributes }]]);
  return { ...signals, metrics: { ...signals.metrics, ...Object.fromEntries(counts) } };
}

/** The same signals, where each end has a socket of 127.0.0.1: what both know of it is on their spans. */
export function overSockets<
  S extends { readonly spans: readonly { kind: string; attributes: object }[] },
>(signals: S): S {
  const server = { 'server.address': '127.0.0.1', 'server.port': Number.isInteger };
  const client = { 'client.address': '127.0.0.1', 'client.port': Number.isInteger };
  const spans = signals.spans.map((span) => ({
    ...span,
    attributes: {
      ...span.attributes,
      'network.transport': 'tcp',
      ...server,
      ...(span.kind === 'SERVER' && client),
    },
  }));
  return { ...signals, spans };
}
