import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Counter,
  context,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { LivePage, type LivePageOptions } from 'otel-exec-cli/page';

type Logger = ReturnType<LoggerProvider['getLogger']>;

const INFO = 9;
const WARN = 13;

/**
 * A program that is no exec server: a shop over plain HTTP, with spans, log records, a histogram and a counter
 * of its own names, and the page mounted in it.
 */
export class Shop implements AsyncDisposable {
  readonly page: LivePage;
  readonly tracer: Tracer;
  /** Its origin, without a slash at the end. */
  readonly origin: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #logger: Logger;
  readonly #durations: Histogram;
  readonly #orders: Counter;
  readonly #providers: readonly { shutdown(): Promise<void> }[];
  #deliveries: Span[] = [];

  private constructor(page: LivePage, server: ReturnType<typeof createServer>) {
    const tracerProvider = new TracerProvider({ spanProcessors: [page.spanProcessor] });
    const loggerProvider = new LoggerProvider({ processors: [page.logRecordProcessor] });
    const meterProvider = new MeterProvider({ readers: [page.metricReader] });
    const meter = meterProvider.getMeter('shop');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    this.page = page;
    this.tracer = tracerProvider.getTracer('shop');
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    this.#logger = loggerProvider.getLogger('shop.orders');
    this.#durations = meter.createHistogram('shop.checkout.duration', {
      unit: 's',
      advice: { explicitBucketBoundaries: [0.01, 0.1, 1] },
    });
    this.#orders = meter.createCounter('shop.orders', { unit: '{order}' });
    this.#providers = [tracerProvider, loggerProvider, meterProvider];
    server.on('request', (request, response) => {
      if (!page.handle(request, response)) this.#answer(request, response);
    });
  }

  /** @param port the port to listen on; 0 picks a free one */
  static async open(options: LivePageOptions = {}, port = 0): Promise<Shop> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Shop(new LivePage({ title: 'shop', ...options }), server);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  /** Asks the shop for something, as any client would. */
  async get(path: string): Promise<number> {
    const response = await fetch(this.origin + path);
    await response.arrayBuffer();
    return response.status;
  }

  /** Ends the deliveries that go on. */
  deliver(): void {
    for (const delivery of this.#deliveries.splice(0)) delivery.end();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    for (const provider of this.#providers) await provider.shutdown();
    context.disable();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    const kind = SpanKind.SERVER;
    this.tracer.startActiveSpan(`GET ${url}`, { kind }, (span) => {
      const status = url === '/checkout' ? this.#checkout() : url === '/basket' ? 200 : 404;
      span.setAttribute('http.response.status_code', status);
      if (status >= 400) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', String(status));
        this.#log(WARN, 'shop.refused', { path: url });
      }
      response.writeHead(status).end();
      span.end();
      const { route } = { route: url };
      this.#durations.record((performance.now() - began) / 1_000, { route });
    });
  }

  /** Takes an order: its payment is part of the request, its delivery outlives it. */
  #checkout(): number {
    this.tracer.startActiveSpan('charge card', { kind: SpanKind.CLIENT }, (span) => span.end());
    const delivery = this.tracer.startSpan('deliver parcel', { kind: SpanKind.PRODUCER });
    this.#deliveries.push(delivery);
    this.#orders.add(1, { payment: 'card' });
    this.#log(INFO, 'shop.ordered', {
      items: 3,
      note: '<script>document.title = "owned"</script>',
    });
    return 201;
  }

  #log(severityNumber: number, eventName: string, attributes: Record<string, string | number>) {
    const spanContext = trace.getActiveSpan()?.spanContext();
    if (spanContext === undefined) throw new Error('no span is active');
    this.#logger.emit({ severityNumber, eventName, attributes, context: context.active() });
  }
}
