import { jsonRpcClient } from '../../conventions/json-rpc-client.js';
import { jsonRpcServer } from '../../conventions/json-rpc-server.js';
import { LSP_METHODS } from '../../conventions/lsp-methods.js';
import { ExecTelemetry } from '../../telemetry.js';
import { override } from '../base/override.js';
import type { Providers } from '../base/providers.js';
import { vscodeJsonRpc } from '../modules/watched-packages.js';
import type { RpcInstrumentationConfig } from './config.js';
import { type ConnectionModule, createObserved } from './json-rpc-connection.js';
import { RpcInstrumentation } from './rpc-instrumentation.js';

/** What {@link JsonRpcInstrumentation} takes; each member is optional. */
export type JsonRpcInstrumentationConfig = RpcInstrumentationConfig;

/**
 * Observes both ends of `vscode-jsonrpc` 6 to 10, and so of `vscode-languageserver` and `vscode-languageclient`
 * 7 to 10, over every transport. What comes in is a request, what goes out is a call: those of a language
 * client, and those of a server that asks its client, such as `workspace/configuration`.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new JsonRpcInstrumentation()] }).start();
 * ```
 *
 * A handler runs in the context of its own request. `$/cancelRequest` ends a request and its call as
 * `cancelled`. No message carries a trace context, since the Language Server Protocol has no place for it. It
 * needs the module hooks of `@opentelemetry/instrumentation`; where those can't see the package,
 * `instrumentModule` takes the exports of its `lib/common/connection.js`.
 */
export class JsonRpcInstrumentation extends RpcInstrumentation<JsonRpcInstrumentationConfig> {
  constructor(config: JsonRpcInstrumentationConfig = {}) {
    super('otel-exec/vscode-jsonrpc', config, vscodeJsonRpc);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    { methods, precedence }: JsonRpcInstrumentationConfig,
    providers: Providers,
  ): ExecTelemetry {
    return new ExecTelemetry({
      ...providers,
      ...(methods && { methods }),
      ...(precedence && { precedence }),
      conventions: {
        request: jsonRpcServer({ methods: LSP_METHODS }),
        call: jsonRpcClient({ methods: LSP_METHODS }),
      },
    });
  }

  protected override patchModule(exports: object): () => void {
    const module = moduleOf(exports);
    const { bothEnds: host } = this;
    return override(module, 'createMessageConnection', (original) => {
      return function (this: unknown, ...args: unknown[]) {
        return createObserved(host, module, original, args);
      };
    });
  }
}

/** The module behind the namespace that an import of a CommonJS file is. */
function moduleOf(exports: object): ConnectionModule {
  const { default: inner } = exports as { default?: ConnectionModule };
  return inner?.createMessageConnection ? inner : (exports as ConnectionModule);
}
