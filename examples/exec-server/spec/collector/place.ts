import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CollectorPorts,
  configurations,
  describePorts,
  findCollectorPorts,
  type RunningCollector,
  startCollector,
} from '../../../../scripts/collector/index.js';
import { readSamples, type Sample } from './prometheus.js';

/** The protocols of OTLP, as `OTEL_EXPORTER_OTLP_PROTOCOL` names them. */
export const protocols = ['http/json', 'http/protobuf', 'grpc'] as const;

/** One of {@link protocols}. */
export type Protocol = (typeof protocols)[number];

/** Where one collector runs, once or again and again: its ports and its directory stay. */
export class Place implements AsyncDisposable {
  readonly directory: string;
  readonly ports: CollectorPorts;
  readonly #env: Readonly<Record<string, string>>;
  #collector: RunningCollector | undefined;

  private constructor(directory: string, ports: CollectorPorts, env: Record<string, string>) {
    this.directory = directory;
    this.ports = ports;
    this.#env = env;
  }

  /** Finds free ports and makes a temporary directory; `env` goes to every collector there. */
  static async find(env: Record<string, string> = {}): Promise<Place> {
    const directory = await mkdtemp(join(tmpdir(), 'otel-exec-place-'));
    return new Place(directory, await findCollectorPorts(), env);
  }

  /** Starts a collector with the main configuration, and more arguments where there are any. */
  async start(args: readonly string[] = []): Promise<RunningCollector> {
    this.#collector = await startCollector({
      config: configurations.main,
      args,
      env: {
        ...describePorts(this.ports),
        OTELCOL_DATA_DIR: this.directory,
        OTELCOL_DEBUG_VERBOSITY: 'basic',
        ...this.#env,
      },
    });
    return this.#collector;
  }

  /** What makes a program export to the collector here. */
  exporting(protocol: Protocol = 'http/protobuf'): Record<string, string> {
    const port = protocol === 'grpc' ? this.ports.grpc : this.ports.http;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    };
  }

  /** The Prometheus page. */
  async readMetrics(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.ports.prometheus}/metrics`);
    return response.text();
  }

  /** The collector's own metrics. */
  async readOwnMetrics(): Promise<Sample[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.telemetry}/metrics`);
    return readSamples(await response.text(), 'otelcol_');
  }

  /** Stops the collector, if one runs. */
  async stop(): Promise<void> {
    await this.#collector?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
