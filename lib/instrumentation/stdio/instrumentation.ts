import { isMainThread } from 'node:worker_threads';
import { ACP_METHODS } from '../../conventions/acp-methods.js';
import { jsonRpcClient } from '../../conventions/json-rpc-client.js';
import { jsonRpcServer } from '../../conventions/json-rpc-server.js';
import { LSP_METHODS } from '../../conventions/lsp-methods.js';
import { mcpClient } from '../../conventions/mcp-client.js';
import { mcpServer } from '../../conventions/mcp-server.js';
import type { Conventions } from '../../telemetry/options.js';
import { ExecTelemetry } from '../../telemetry.js';
import { ExecInstrumentation } from '../base/exec-instrumentation.js';
import type { Providers } from '../base/providers.js';
import type { RpcInstrumentationConfig } from '../rpc/config.js';
import { type StdioHands, takeHoldOfStdio } from './hands.js';
import type { Protocol } from './protocol.js';

/** What {@link StdioInstrumentation} takes; each member is optional. */
export interface StdioInstrumentationConfig extends RpcInstrumentationConfig {
  /** The tools that an MCP server has; see `ExecTelemetryOptions.tools`. Default: those that have succeeded. */
  readonly tools?: readonly string[];
}

/**
 * Observes the requests that a program answers on its own stdin and stdout, a message a line or with
 * `Content-Length` headers, whatever library it uses or has in its bundle.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new StdioInstrumentation()] }).start();
 * ```
 *
 * An MCP server is told from others by its messages. Where `McpInstrumentation` or `JsonRpcInstrumentation`
 * sees the program's library, or where the program has a connection of its own over `stdio`, they observe it
 * and this doesn't. It needs no module hook, and leaves a program alone that says something else, or whose
 * stdin is a terminal. A request that is still open when the program ends is `disconnected`.
 */
export class StdioInstrumentation extends ExecInstrumentation<
  StdioInstrumentationConfig,
  StdioTelemetry
> {
  #conversations = 0;
  #hands: StdioHands | undefined;

  constructor(config: StdioInstrumentationConfig = {}) {
    super('otel-exec/stdio', config);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    config: StdioInstrumentationConfig,
    providers: Providers,
  ): StdioTelemetry {
    return new StdioTelemetry(config, providers);
  }

  protected override patch(): void {
    if (!isMainThread) return;
    this.#hands = takeHoldOfStdio({
      isEnabled: () => this.isEnabled(),
      getConfig: () => this.getConfig(),
      opened: () => {
        this.#conversations++;
      },
      telemetryOf: (protocol) => this.telemetry.of(protocol),
    });
  }

  protected override counts(): Readonly<Record<string, number>> {
    return { ...super.counts(), conversations: this.#conversations };
  }

  protected override unpatch(): void {
    this.#hands?.takeOff();
    this.#hands = undefined;
  }
}

/** A telemetry for each convention, made at its first use. */
export class StdioTelemetry {
  readonly #config: StdioInstrumentationConfig;
  readonly #providers: Providers;
  #isShutDown = false;
  readonly #opened = new Map<Protocol | undefined, ExecTelemetry>();

  /** @internal */
  constructor(config: StdioInstrumentationConfig, providers: Providers) {
    this.#config = config;
    this.#providers = providers;
  }

  /** The one for a protocol. */
  of(protocol: Protocol | undefined): ExecTelemetry {
    const telemetry = this.#opened.get(protocol) ?? this.#open(protocol);
    this.#opened.set(protocol, telemetry);
    return telemetry;
  }

  /** Settles what is open, and what begins later at once. */
  shutdown(): void {
    this.#isShutDown = true;
    for (const telemetry of this.#opened.values()) telemetry.shutdown();
  }

  #open(protocol: Protocol | undefined): ExecTelemetry {
    const { methods, tools, precedence } = this.#config;
    const telemetry = new ExecTelemetry({
      ...this.#providers,
      methods,
      tools,
      precedence,
      conventions: conventionsOf(protocol),
    });
    if (this.#isShutDown) telemetry.shutdown();
    return telemetry;
  }
}

function conventionsOf(protocol: Protocol | undefined): Partial<Conventions> {
  if (protocol === 'mcp') return { request: mcpServer(), call: mcpClient() };
  const methods = protocol === 'lsp' ? LSP_METHODS : protocol === 'acp' ? ACP_METHODS : undefined;
  return { request: jsonRpcServer({ methods }), call: jsonRpcClient({ methods }) };
}
