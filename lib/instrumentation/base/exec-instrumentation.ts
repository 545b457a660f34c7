import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { BridgeLoggerProvider } from '../../opentelemetry/logger.js';
import { addSight } from '../../opentelemetry/sights.js';
import {
  isGlobalLoggerProvider,
  isGlobalMeterProvider,
  isGlobalTracerProvider,
} from '../../opentelemetry/stand-ins.js';
import { tellUnheard } from '../../opentelemetry/unheard.js';
import { VERSION } from '../../opentelemetry/version.js';
import type { ExecTelemetry } from '../../telemetry.js';
import type { Providers } from './providers.js';

/** What every instrumentation takes; each member is optional. */
export interface InstrumentationConfig {
  /**
   * Whether it is on as soon as it is made. Default true. `registerInstrumentations` and `NodeSDK` switch
   * on what is off.
   */
  readonly enabled?: boolean;
}

/**
 * What the instrumentations share: the `Instrumentation` interface of `@opentelemetry/instrumentation`,
 * of SDK 2 or SDK 3, and a telemetry that is made at its first use and made again when its
 * config or providers change. What is open then settles with the providers that it began with.
 *
 * That package's own base class is not used: its constructor calls `enable()` before the fields of a
 * subclass exist (open-telemetry/opentelemetry-js#3326). A subclass of this one ends its own constructor
 * with `if (this.getConfig().enabled) this.enable()`.
 */
export abstract class ExecInstrumentation<
  Config extends InstrumentationConfig,
  Telemetry extends Pick<ExecTelemetry, 'shutdown'> = ExecTelemetry,
> {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string = VERSION;
  readonly #made = new Set<Telemetry>();
  #config: Config;
  #providers: Providers = {};
  #telemetry: Telemetry | undefined;
  #enabled = false;
  #isKnown = false;

  /** @param name the instrumentation's name, such as `otel-exec/child_process` */
  protected constructor(name: string, config: Config) {
    this.instrumentationName = name;
    this.#config = { enabled: true, ...config };
  }

  /** Makes the telemetry for the current config. */
  protected abstract openTelemetry(config: Config, providers: Providers): Telemetry;

  /** Puts the seams in. */
  protected abstract patch(): void;

  /** Takes the seams out and restores the originals. */
  protected abstract unpatch(): void;

  /** The telemetry to feed. */
  protected get telemetry(): Telemetry {
    if (this.#telemetry === undefined) {
      if (Object.values(this.#providers).every((given) => given === undefined)) tellUnheard();
      this.#telemetry = this.openTelemetry(this.#config, this.#providers);
      this.#made.add(this.#telemetry);
    }
    return this.#telemetry;
  }

  /** What it has seen so far, by what it is called, for the doctor; each count is always there. */
  protected counts(): Readonly<Record<string, number>> {
    return {};
  }

  /** Whether it is on. */
  isEnabled(): boolean {
    return this.#enabled;
  }

  /** Starts to observe. A second call does nothing. */
  enable(): void {
    if (this.#enabled) return;
    this.#enabled = true;
    this.#makeKnown();
    this.patch();
  }

  /** Stops to observe and restores the originals. What is open still settles when it ends. */
  disable(): void {
    if (!this.#enabled) return;
    this.#enabled = false;
    this.unpatch();
  }

  /**
   * Settles what is open with its kind's fallback outcome, as at the end of the program. What begins
   * later is observed as before.
   */
  settleOpen(): void {
    this.#telemetry = undefined;
    for (const telemetry of this.#made) telemetry.shutdown();
    this.#made.clear();
  }

  /** The config that is in use. */
  getConfig(): Config {
    return this.#config;
  }

  /** Changes the config for what begins from now on. `enabled` switches nothing here. */
  setConfig(config: Config): void {
    this.#config = { enabled: true, ...config };
    this.#telemetry = undefined;
  }

  /** Changes the tracer provider for what begins from now on. */
  setTracerProvider(provider: TracerProvider): void {
    this.#use({ tracerProvider: isGlobalTracerProvider(provider) ? undefined : provider });
  }

  /** Changes the meter provider for what begins from now on. */
  setMeterProvider(provider: MeterProvider): void {
    this.#use({ meterProvider: isGlobalMeterProvider(provider) ? undefined : provider });
  }

  /** Changes the logger provider for what begins from now on; one of SDK 2 or SDK 3. */
  setLoggerProvider(provider: BridgeLoggerProvider): void {
    this.#use({ loggerProvider: isGlobalLoggerProvider(provider) ? undefined : provider });
  }

  #makeKnown(): void {
    if (this.#isKnown) return;
    this.#isKnown = true;
    addSight({
      kind: 'instrumentation',
      name: this.instrumentationName,
      state: () => (this.#enabled ? 'on' : 'off'),
      counts: () => this.counts(),
    });
  }

  #use(changed: Providers): void {
    this.#providers = { ...this.#providers, ...changed };
    this.#telemetry = undefined;
  }
}
