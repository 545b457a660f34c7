import { Prometheus } from './prometheus.js';
import { ScrapedTelemetry } from './scraped-telemetry.js';
import { TroubledServer } from './troubled-server.js';

/** A real Prometheus with the alert rules, which scrapes a server in trouble and one that nobody uses. */
export class Scene implements AsyncDisposable {
  readonly prometheus: Prometheus;
  readonly #busy: ScrapedTelemetry;
  readonly #idle: ScrapedTelemetry;
  readonly #server: TroubledServer;

  private constructor(busy: ScrapedTelemetry, idle: ScrapedTelemetry, prometheus: Prometheus) {
    this.prometheus = prometheus;
    this.#busy = busy;
    this.#idle = idle;
    this.#server = new TroubledServer(busy.telemetry);
  }

  static async start(): Promise<Scene> {
    const busy = await ScrapedTelemetry.start();
    const idle = await ScrapedTelemetry.start();
    try {
      const targets = { busy: [busy.target], idle: [idle.target] };
      return new Scene(busy, idle, await Prometheus.start(targets));
    } catch (error) {
      await Promise.all([busy, idle].map((telemetry) => telemetry[Symbol.asyncDispose]()));
      throw error;
    }
  }

  /** The server in trouble answers no scrape from now on. */
  async stopServing(): Promise<void> {
    await this.#busy.stopServing();
  }

  /** Prometheus knows nothing of the server in trouble any more. */
  async forget(): Promise<void> {
    await this.prometheus.setTargets({ idle: [this.#idle.target] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.prometheus[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await this.#busy[Symbol.asyncDispose]();
    await this.#idle[Symbol.asyncDispose]();
  }
}
