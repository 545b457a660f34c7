import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What is read of a span. */
export interface CollectedSpan {
  readonly name: string;
  /** `SpanKind` of OTLP: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Body {
  resourceSpans?: { scopeSpans: { spans: CollectedSpan[] }[] }[];
  resourceLogs?: { scopeLogs: { logRecords: { eventName: string }[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}

/** A collector that takes OTLP as JSON over HTTP and tells what arrived. */
export class Collector implements AsyncDisposable {
  /** Names of the spans, events and metrics that arrived. */
  readonly received = { spans: [] as string[], events: [] as string[], metrics: new Set<string>() };
  /** The spans that arrived. */
  readonly spans: CollectedSpan[] = [];
  /** The trace ids of the spans that arrived. */
  readonly traces = new Set<string>();
  readonly #server = createServer(async (request, response) => {
    if (this.#answers) this.#take((await json(request)) as Body);
    if (this.#answers) response.end('{}');
  });
  readonly #answers: boolean;

  /** @param answers whether requests are answered at all */
  constructor(answers = true) {
    this.#answers = answers;
  }

  /** Resolves when the first request comes in. */
  get reached(): Promise<unknown> {
    return once(this.#server, 'request');
  }

  /** Listens, and gives the variables that send everything here. */
  async listen(): Promise<NodeJS.ProcessEnv> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
  }

  #take(body: Body): void {
    const { received } = this;
    for (const { scopeSpans } of body.resourceSpans ?? []) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push(span);
        received.spans.push(span.name);
        this.traces.add(span.traceId);
      }
    }
    for (const { scopeLogs } of body.resourceLogs ?? []) {
      const records = scopeLogs.flatMap(({ logRecords }) => logRecords);
      received.events.push(...records.map(({ eventName }) => eventName));
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      const metrics = scopeMetrics.flatMap(({ metrics }) => metrics);
      for (const { name } of metrics) received.metrics.add(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
