import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  LoggerProvider,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ExecTelemetry, type ExecTelemetryOptions } from 'otel-exec';
import type { LivePage } from 'otel-exec-cli/page';
import { METHOD_NAMES } from '../../methods.js';
import { ServicePageHost, serverPage } from '../../page-host.js';
import { type RunningServer, startServer } from '../../server.js';

/** How to serve. */
export interface PageServingOptions {
  readonly port?: number;
  readonly token?: string;
  readonly clock?: ExecTelemetryOptions['clock'];
}

/** A real server with its page, and everything that it exports captured beside the page. */
export class PageServing implements AsyncDisposable {
  readonly server: RunningServer;
  readonly telemetry: ExecTelemetry;
  readonly page: LivePage;
  /** The spans that ended. */
  readonly spans: readonly ReadableSpan[];
  readonly records: readonly ReadableLogRecord[];
  readonly #stop: () => Promise<void>;
  #stopped: Promise<void> | undefined;

  private constructor(
    parts: Pick<PageServing, 'server' | 'telemetry' | 'page' | 'spans' | 'records'>,
    stop: () => Promise<void>,
  ) {
    this.server = parts.server;
    this.telemetry = parts.telemetry;
    this.page = parts.page;
    this.spans = parts.spans;
    this.records = parts.records;
    this.#stop = stop;
  }

  static async start({ port = 0, token, clock }: PageServingOptions = {}): Promise<PageServing> {
    const host = new ServicePageHost();
    const page = serverPage(host, { token, allowedOrigins: [] });
    const spans: ReadableSpan[] = [];
    const records: ReadableLogRecord[] = [];
    const keepSpans: SpanProcessor = {
      onStart: () => {},
      onEnd: (span) => void spans.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const keepRecords: LogRecordProcessor = {
      onEmit: (record) => void records.push(record),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const tracerProvider = new TracerProvider({ spanProcessors: [keepSpans, page.spanProcessor] });
    const loggerProvider = new LoggerProvider({
      processors: [keepRecords, page.logRecordProcessor],
    });
    const meterProvider = new MeterProvider({ readers: [page.metricReader] });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const providers = { tracerProvider, loggerProvider, meterProvider };
    const telemetry = new ExecTelemetry({
      ...providers,
      methods: METHOD_NAMES,
      ...(clock && { clock }),
    });
    const server = await startServer({
      port,
      token,
      telemetry,
      limits: { killGraceMillis: 300 },
      page: (...both) => page.handle(...both),
    });
    host.serve(server.service);
    return new PageServing({ server, telemetry, page, spans, records }, async () => {
      await server.stop();
      for (const provider of Object.values(providers)) await provider.shutdown();
      context.disable();
      propagation.disable();
    });
  }

  /** Where the page is. */
  get url(): string {
    return `${this.server.url.replace(/^ws/, 'http')}/`;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The last span that ended of a name. */
  ended(name: string): ReadableSpan {
    const span = this.spans.findLast((one) => one.name === name);
    if (span === undefined) throw new Error(`no span ${name} has ended`);
    return span;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Milliseconds that a span lasted. */
export function millisOf({ duration: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1e3 + nanos / 1e6;
}
