import type { ExecTelemetry } from 'otel-exec';
import { Connection } from './connection.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { ProductionCount } from './production.js';
import type { Transport } from './transport.js';

/** What a service is made with; every member is optional. */
export interface ServiceOptions {
  /** Limits other than the default ones. */
  readonly limits?: Partial<Limits> | undefined;
  /** What measures it. Default: nothing does. */
  readonly telemetry?: ExecTelemetry | undefined;
}

/** The exec service, whatever its clients come over. */
export class ExecService {
  readonly limits: Limits;
  readonly #telemetry: ExecTelemetry | undefined;
  readonly #count = { running: 0, bytesInFlight: 0 };
  readonly #production: ProductionCount;
  readonly #connections = new Set<Connection>();
  readonly #ending = new Set<Connection>();
  #stopping: Promise<void> | undefined;

  constructor({ limits, telemetry }: ServiceOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.#production = new ProductionCount(this.limits.producedBytes);
    this.#telemetry = telemetry;
    process.once('exit', this.#killAll);
  }

  /** Whether it takes no more connections because it is about to end. */
  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** How many processes run. */
  get processes(): number {
    return this.#count.running;
  }

  /** Bytes that wait for clients that read slowly. */
  get bufferedBytes(): number {
    return [...this.#connections].reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  }

  /** Serves a client. Tell the connection what comes in, and when the client is gone. */
  accept(transport: Transport): Connection {
    const connection = new Connection(transport, {
      limits: this.limits,
      count: this.#count,
      production: this.#production,
      telemetry: this.#telemetry,
    });
    this.#connections.add(connection);
    return connection;
  }

  /** The client of a connection is gone. */
  release(connection: Connection): void {
    this.#connections.delete(connection);
    this.#ending.add(connection);
    void connection.closed().then(() => this.#ending.delete(connection));
  }

  /**
   * Ends all processes, then all connections, then settles what is open. Takes at most twice
   * `killGraceMillis`. Called again, it waits for the same end.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const all = [...this.#connections, ...this.#ending];
    await Promise.all(all.map(({ processes }) => processes.end()));
    for (const connection of this.#connections) connection.close('the server is shutting down');
    this.#telemetry?.shutdown();
    process.off('exit', this.#killAll);
  }

  // However this process comes to its end, its children come to theirs.
  readonly #killAll = () => {
    for (const { processes } of [...this.#connections, ...this.#ending]) processes.kill();
  };
}
