import { ACP_METHODS } from '../../conventions/acp-methods.js';
import { jsonRpcClient } from '../../conventions/json-rpc-client.js';
import { jsonRpcServer } from '../../conventions/json-rpc-server.js';
import { ExecTelemetry } from '../../telemetry.js';
import { override } from '../base/override.js';
import type { Providers } from '../base/providers.js';
import { acpSdk, earlyAcpSdk } from '../modules/watched-packages.js';
import type { AcpInstrumentationConfig } from './acp-config.js';
import { observeConnection } from './acp-connection.js';
import { observeSides, SIDES } from './acp-side.js';
import { RpcInstrumentation } from './rpc-instrumentation.js';

/**
 * Observes agents and clients of the Agent Client Protocol on `@agentclientprotocol/sdk` up to 2 and on its
 * predecessor `@zed-industries/agent-client-protocol` 0.4, over every transport, those over HTTP and WebSocket too. Either end asks and answers: what goes out is a call, which carries the trace context in its
 * `params._meta`; what comes in is a request, whose parent is that context.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new AcpInstrumentation()] }).start();
 * ```
 *
 * A handler runs in the context of its own request. `$/cancel_request` ends a request and its call as `cancelled`. A
 * prompt that `session/cancel` cancels ends with its answer, as `cancelled` where that says so, and so does a
 * permission that is asked for meanwhile. It needs the module hooks of `@opentelemetry/instrumentation` and its
 * loader, as the package is ESM; where those can't see it, `instrumentModule` takes the exports of its
 * `dist/core/jsonrpc.js`, in 0.27 to 1 of `dist/jsonrpc.js`; before, there is nothing to take.
 */
export class AcpInstrumentation extends RpcInstrumentation<AcpInstrumentationConfig> {
  constructor(config: AcpInstrumentationConfig = {}) {
    super('otel-exec/acp', config, acpSdk, earlyAcpSdk);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    { methods, precedence }: AcpInstrumentationConfig,
    providers: Providers,
  ): ExecTelemetry {
    return new ExecTelemetry({
      ...providers,
      ...(methods && { methods }),
      ...(precedence && { precedence }),
      conventions: {
        request: jsonRpcServer({ methods: ACP_METHODS }),
        call: jsonRpcClient({ methods: ACP_METHODS }),
      },
    });
  }

  protected override patchModule(exports: object): () => void {
    const { Connection, agent } = exports as AcpExports;
    const host = {
      ...this.bothEnds,
      getConfig: () => this.getConfig(),
    };
    if (Connection?.prototype === undefined) {
      // From 0.27 on, what a program imports makes connections of the other file.
      if (agent !== undefined) return () => {};
      if (SIDES.every((name) => name in exports)) return observeSides(host, exports);
      throw new TypeError('there is no Connection to patch');
    }
    return override(Connection.prototype, 'initialize', (initialize) => {
      return function (this: unknown, ...args: unknown[]) {
        observeConnection(host, this as object);
        return Reflect.apply(initialize, this, args);
      };
    });
  }
}

interface AcpExports {
  readonly Connection?: { readonly prototype?: object };
  readonly agent?: unknown;
}
