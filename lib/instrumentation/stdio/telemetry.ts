import { ACP_METHODS } from '../../conventions/acp-methods.js';
import { jsonRpcClient } from '../../conventions/json-rpc-client.js';
import { jsonRpcServer } from '../../conventions/json-rpc-server.js';
import { LSP_METHODS } from '../../conventions/lsp-methods.js';
import { mcpClient } from '../../conventions/mcp-client.js';
import { mcpServer } from '../../conventions/mcp-server.js';
import { mcpServerSession } from '../../conventions/mcp-session.js';
import type { Conventions } from '../../telemetry/options.js';
import { ExecTelemetry } from '../../telemetry.js';
import type { Providers } from '../base/providers.js';
import type { StdioInstrumentationConfig } from './config.js';
import type { Protocol } from './protocol.js';

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
  if (protocol === 'mcp') {
    return { request: mcpServer(), call: mcpClient(), session: mcpServerSession() };
  }
  const methods = protocol === 'lsp' ? LSP_METHODS : protocol === 'acp' ? ACP_METHODS : undefined;
  return { request: jsonRpcServer({ methods }), call: jsonRpcClient({ methods }) };
}
