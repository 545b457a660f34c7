import { mcpServer } from '../../conventions/mcp-server.js';
import { ExecTelemetry } from '../../telemetry.js';
import { override } from '../base/override.js';
import type { Providers } from '../base/providers.js';
import { mcpSdk } from '../modules/watched-packages.js';
import type { RpcInstrumentationConfig } from './config.js';
import { observeTransport } from './mcp-transport.js';
import { RpcInstrumentation } from './rpc-instrumentation.js';

/** What {@link McpInstrumentation} takes; each member is optional. */
export interface McpInstrumentationConfig extends RpcInstrumentationConfig {
  /** The tools that the server has; see `ExecTelemetryOptions.tools`. Default: those that have succeeded. */
  readonly tools?: readonly string[];
}

/**
 * Observes the requests that servers of `@modelcontextprotocol/sdk` 1 receive, over every transport. What a
 * client in the same process does is not observed.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new McpInstrumentation()] }).start();
 * ```
 *
 * The parent is the context in the message's `params._meta`, and the active span, such as that of the HTTP
 * request, is linked. A tool's result with `isError` is an error of type `tool_error`. It needs the module
 * hooks of `@opentelemetry/instrumentation`, for ESM its loader too; where those can't see the package,
 * `instrumentModule` takes the exports of `@modelcontextprotocol/sdk/server/index.js`.
 */
export class McpInstrumentation extends RpcInstrumentation<McpInstrumentationConfig> {
  constructor(config: McpInstrumentationConfig = {}) {
    super('otel-exec/mcp', config, mcpSdk);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    { methods, tools, precedence }: McpInstrumentationConfig,
    providers: Providers,
  ): ExecTelemetry {
    return new ExecTelemetry({
      ...providers,
      ...(methods && { methods }),
      ...(tools && { tools }),
      ...(precedence && { precedence }),
      conventions: { request: mcpServer() },
    });
  }

  protected override patchModule(exports: object): () => void {
    const { Server } = exports as { Server?: { prototype?: object } };
    if (Server?.prototype === undefined) throw new TypeError('there is no Server to patch');
    const { host } = this;
    return override(Server.prototype, 'connect', (connect) => {
      return function (this: unknown, ...args: unknown[]) {
        observeTransport(host, args[0]);
        return Reflect.apply(connect, this, args);
      };
    });
  }
}
