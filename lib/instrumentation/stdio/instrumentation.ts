import { isMainThread } from 'node:worker_threads';
import { hearStdio } from '../../lifecycle/stdio-claim.js';
import { ExecInstrumentation } from '../base/exec-instrumentation.js';
import type { Providers } from '../base/providers.js';
import type { StdioInstrumentationConfig } from './config.js';
import { type StdioHands, takeHoldOfStdio } from './hands.js';
import { StdioTelemetry } from './telemetry.js';

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
        hearStdio();
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
