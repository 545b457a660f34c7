import { ModuleInstrumentation } from '../modules/module-instrumentation.js';
import type { RpcInstrumentationConfig } from './config.js';
import type { RpcHost } from './watch.js';

/** An instrumentation of a JSON-RPC library. */
export abstract class RpcInstrumentation<
  Config extends RpcInstrumentationConfig,
> extends ModuleInstrumentation<Config> {
  #connections = 0;
  #requests = 0;

  /** What the hands on a stream need, whenever they need it. @internal */
  protected readonly host: RpcHost = {
    isEnabled: () => this.isEnabled(),
    getConfig: () => this.getConfig(),
    opened: () => {
      this.#connections++;
    },
    requests: {
      request: (message, options) => {
        this.#requests++;
        return this.telemetry.request(message, options);
      },
      connection: (facts) => this.telemetry.connection(facts),
      announce: (announcement) => this.telemetry.announce(announcement),
    },
  };

  /** Likewise, where what goes out is observed as well as what comes in. @internal */
  protected readonly bothEnds: RpcHost = {
    ...this.host,
    requests: {
      ...this.host.requests,
      call: (message, options) => this.telemetry.call(message, options),
      notificationReceived: (message, options) =>
        this.telemetry.notificationReceived(message, options),
      notificationSent: (message, options) => this.telemetry.notificationSent(message, options),
    },
  };

  protected override counts(): Readonly<Record<string, number>> {
    return { ...super.counts(), connections: this.#connections, requests: this.#requests };
  }
}
