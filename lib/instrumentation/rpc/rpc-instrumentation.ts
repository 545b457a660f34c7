import { ModuleInstrumentation } from '../modules/module-instrumentation.js';
import type { RpcInstrumentationConfig } from './config.js';
import type { RpcHost } from './watch.js';

/** An instrumentation of a JSON-RPC library. */
export abstract class RpcInstrumentation<
  Config extends RpcInstrumentationConfig,
> extends ModuleInstrumentation<Config> {
  /** What the hands on a stream need, whenever they need it. @internal */
  protected readonly host: RpcHost = {
    isEnabled: () => this.isEnabled(),
    getConfig: () => this.getConfig(),
    requests: {
      request: (message, options) => this.telemetry.request(message, options),
      connection: (facts) => this.telemetry.connection(facts),
    },
  };

  /** Likewise, where what goes out is observed as well as what comes in. @internal */
  protected readonly bothEnds: RpcHost = {
    ...this.host,
    requests: {
      ...this.host.requests,
      call: (message, options) => this.telemetry.call(message, options),
    },
  };
}
