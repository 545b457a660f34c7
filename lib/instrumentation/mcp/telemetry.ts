import type { SessionFacts } from '../../conventions/facts.js';
import { mcpClient } from '../../conventions/mcp-client.js';
import { mcpServer } from '../../conventions/mcp-server.js';
import { mcpClientSession, mcpServerSession } from '../../conventions/mcp-session.js';
import type { Session } from '../../lifecycle/session.js';
import { ExecTelemetry } from '../../telemetry.js';
import type { Providers } from '../base/providers.js';
import type { McpInstrumentationConfig } from './config.js';

/** Which end of an MCP session a transport belongs to. Either end asks, and either answers. */
export type Role = 'client' | 'server';

/** The telemetry of both ends: what is asked, what is answered, and the sessions of either. */
export class McpTelemetry extends ExecTelemetry {
  readonly #clients: ExecTelemetry;

  constructor(
    { methods, tools, precedence, captureResourceUri }: McpInstrumentationConfig,
    providers: Providers,
  ) {
    super({
      ...providers,
      methods,
      tools,
      precedence,
      captureResourceUri,
      conventions: { request: mcpServer(), call: mcpClient(), session: mcpServerSession() },
    });
    this.#clients = new ExecTelemetry({
      ...providers,
      conventions: { session: mcpClientSession() },
    });
  }

  /** Begins a session of one of the ends. */
  sessionOf(role: Role, facts: SessionFacts): Session {
    return role === 'client' ? this.#clients.session(facts) : this.session(facts);
  }

  override shutdown(): void {
    super.shutdown();
    this.#clients.shutdown();
  }
}
