import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { ExecTelemetry } from 'otel-exec';

/** A telemetry whose metrics the SDK's own Prometheus exporter serves on a free port. */
export class ScrapedTelemetry implements AsyncDisposable {
  readonly telemetry: ExecTelemetry;
  readonly #provider: MeterProvider;
  readonly #server: Server;

  private constructor() {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    this.#provider = new MeterProvider({ readers: [exporter] });
    this.telemetry = new ExecTelemetry({ meterProvider: this.#provider });
    this.#server = createServer((request, response) =>
      exporter.getMetricsRequestHandler(request, response),
    );
  }

  static async start(): Promise<ScrapedTelemetry> {
    const scraped = new ScrapedTelemetry();
    scraped.#server.listen(0, '127.0.0.1');
    await once(scraped.#server, 'listening');
    return scraped;
  }

  /** `host:port`. */
  get target(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** Answers no scrape from now on. */
  async stopServing(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.telemetry.shutdown();
    await this.stopServing();
    await this.#provider.shutdown();
  }
}
