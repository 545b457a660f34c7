import type { ExecTelemetry } from '../../telemetry.js';
import { override } from '../base/override.js';
import type { Providers } from '../base/providers.js';
import { claimStandardInput } from '../base/standard-input.js';
import { awaitStranger } from '../modules/blind-spots.js';
import {
  aiSdkMcp,
  mcpClientPackage,
  mcpSdk,
  mcpServerPackage,
} from '../modules/watched-packages.js';
import { RpcInstrumentation } from '../rpc/rpc-instrumentation.js';
import { hearAsking } from './asking.js';
import type { McpInstrumentationConfig } from './config.js';
import { hearRegistrations } from './registrations.js';
import { McpTelemetry, type Role } from './telemetry.js';
import {
  closeHere,
  connectTo,
  type McpHost,
  observeSibling,
  observeTransport,
} from './transport.js';

/**
 * Observes clients and servers of MCP, over every transport: those of `@modelcontextprotocol/sdk` 1, and those of
 * `@modelcontextprotocol/client` and `@modelcontextprotocol/server` 2.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new McpInstrumentation()] }).start();
 * ```
 *
 * What is asked is a call, which carries the trace context in the message's `params._meta`; what is answered is a
 * request, whose parent is that context, with the active span, such as that of the HTTP request, as a link. Either
 * end does both. A tool's result with `isError` is an error of type `tool_error`. A client's span has the address of
 * its transport's URL, a server's the one of the HTTP request that a transport for `node:http` was given; that of a
 * web-standard `Request`, and so of `createMcpHandler`, is not known. It needs the module
 * hooks of `@opentelemetry/instrumentation`, for ESM its loader too; where those can't see the packages,
 * `instrumentModule` takes the exports of `@modelcontextprotocol/sdk/server/index.js` and `…/client/index.js` (and of
 * `…/server/mcp.js`, whose tools and prompts are known then, whatever their outcome), or of the packages of 2.
 */
export class McpInstrumentation extends RpcInstrumentation<McpInstrumentationConfig> {
  constructor(config: McpInstrumentationConfig = {}) {
    super('otel-exec/mcp', config, mcpSdk, mcpServerPackage, mcpClientPackage);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    config: McpInstrumentationConfig,
    providers: Providers,
  ): ExecTelemetry {
    return new McpTelemetry(config, providers);
  }

  protected override patch(): void {
    super.patch();
    awaitStranger(aiSdkMcp, this.constructor.name);
  }

  protected override patchModule(exports: object): () => void {
    const { Server, Client, McpServer, StdioServerTransport, StdioClientTransport } =
      exports as Exports;
    const restores: (() => void)[] = [];
    if (StdioServerTransport?.prototype)
      restores.push(claimAtStart(StdioServerTransport.prototype));
    if (StdioClientTransport?.prototype)
      restores.push(observeSiblings(this.#hostOf('client'), StdioClientTransport.prototype));
    if (Server?.prototype) restores.push(...this.#patchEnd('server', Server.prototype));
    if (Client?.prototype) restores.push(...this.#patchEnd('client', Client.prototype));
    if (McpServer?.prototype) {
      const { prototype } = McpServer;
      restores.push(...hearRegistrations(prototype, (names) => this.telemetry.announce(names)));
    }
    if (restores.length === 0) throw new TypeError('there is no Server and no Client to patch');
    return () => {
      for (const restore of restores) restore();
    };
  }

  #patchEnd(role: Role, prototype: object): (() => void)[] {
    const host = this.#hostOf(role);
    const connect = override(prototype, 'connect', (connect) => {
      return function (this: unknown, ...args: unknown[]) {
        observeTransport(host, args[0]);
        return connectTo(args[0], () => Reflect.apply(connect, this, args));
      };
    });
    const close = override(prototype, 'close', (close) => {
      return function (this: unknown, ...args: unknown[]) {
        closeHere((this as { transport?: unknown }).transport);
        return Reflect.apply(close, this, args);
      };
    });
    return [connect, close, hearAsking(prototype)];
  }

  #hostOf(role: Role): McpHost {
    return {
      role,
      isEnabled: this.host.isEnabled,
      opened: () => this.host.opened(),
      getConfig: () => this.getConfig(),
      requests: {
        ...this.host.requests,
        call: (message, options) => this.telemetry.call(message, options),
        notificationReceived: (message, options) =>
          this.telemetry.notificationReceived(message, options),
        notificationSent: (message, options) => this.telemetry.notificationSent(message, options),
      },
      session: (facts) =>
        this.isEnabled() ? (this.telemetry as McpTelemetry).sessionOf(role, facts) : undefined,
    };
  }
}

type Exports = Readonly<Record<string, { readonly prototype?: object } | undefined>>;

/** `serveStdio` of the second generation reads its first message before it connects a server. */
function claimAtStart(prototype: object): () => void {
  return override(prototype, 'start', (start) => {
    return function (this: unknown, ...args: unknown[]) {
      claimStandardInput(this as object);
      return Reflect.apply(start, this, args);
    };
  });
}

function observeSiblings(host: McpHost, prototype: object): () => void {
  return override(prototype, 'start', (start) => {
    return function (this: unknown, ...args: unknown[]) {
      observeSibling(host, this as object);
      return Reflect.apply(start, this, args);
    };
  });
}
