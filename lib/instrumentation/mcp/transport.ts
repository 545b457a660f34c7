import type { RequestFacts, SessionFacts } from '../../conventions/facts.js';
import type { Session } from '../../lifecycle/session.js';
import { complain, warn } from '../../opentelemetry/diagnostics.js';
import { interceptCallback } from '../base/callback.js';
import { override } from '../base/override.js';
import { claimStandardInput } from '../base/standard-input.js';
import { McpConversation } from '../rpc/mcp-conversation.js';
import { mcpFacts, outcomeOfResult } from '../rpc/mcp-facts.js';
import { type RpcHost, RpcWatch } from '../rpc/watch.js';
import { Calls } from './calls.js';
import type { McpInstrumentationConfig } from './config.js';
import { classNames, networkTransportOf } from './network-transport.js';
import type { Role } from './telemetry.js';

/** What the hands on a transport need of their instrumentation. */
export interface McpHost extends RpcHost {
  getConfig(): McpInstrumentationConfig;
  /** Which end of the protocol it observes. */
  readonly role: Role;
  /** Begins a session; undefined where none is to begin at the moment. */
  session(facts: SessionFacts): Session | undefined;
}

/**
 * What every transport has.
 * @see https://github.com/modelcontextprotocol/typescript-sdk/blob/v1.x/src/shared/transport.ts
 */
interface Transport {
  readonly sessionId?: unknown;
}

const observed = new WeakSet<object>();
const closing = new WeakSet<object>();

/** Tells that a transport is about to be closed from this end. */
export function closeHere(transport: unknown): void {
  if (typeof transport === 'object' && transport !== null) closing.add(transport);
}

/**
 * Observes what a client or a server asks and answers over a transport, from its start to its close. To be
 * called before it connects to the transport, and so before it sets its callbacks. Never throws: a transport that
 * can't be observed is left as it is, and told.
 */
export function observeTransport(host: McpHost, transport: unknown): void {
  if (typeof transport !== 'object' || transport === null || observed.has(transport)) return;
  observed.add(transport);
  const restores: (() => void)[] = [];
  try {
    takeHold(host, transport, restores);
  } catch (error) {
    letGo(restores);
    warn(
      `the requests of an MCP transport are not observed, since it can't be changed (${error}); ` +
        'to observe them, tell an RpcTap of its messages',
    );
  }
}

function takeHold(host: McpHost, transport: Transport, restores: (() => void)[]): void {
  claimStandardInput(transport);
  const conversation = new McpConversation(networkTransportOf(transport), (facts) =>
    host.session(facts),
  );
  const watch = new RpcWatch(host, {
    facts: (message): Partial<RequestFacts> => ({
      protocolVersion: conversation.protocolVersion,
      transport: conversation.transport,
      ...mcpFacts(message, transport.sessionId),
    }),
    outcome: outcomeOfResult,
    get carrier() {
      return host.getConfig().propagate === false ? undefined : ('meta' as const);
    },
    // What a server notifies of stays byte for byte as it wrote it.
    get notificationCarrier() {
      return host.role === 'client' ? this.carrier : undefined;
    },
    get baggage() {
      return host.getConfig().baggage;
    },
  });
  const calls = new Calls(watch);
  const receive = interceptCallback(transport, 'onmessage', (onmessage, isLatest) => {
    return function (this: unknown, ...args: unknown[]) {
      const request = isLatest() ? watch.received(args[0]) : undefined;
      if (isLatest()) conversation.heard(args[0]);
      const handle = () => Reflect.apply(onmessage, this, args);
      return request === undefined ? handle() : request.run(handle);
    };
  });
  restores.push(receive);
  const close = interceptCallback(transport, 'onclose', (onclose, isLatest) => {
    return function (this: unknown, ...args: unknown[]) {
      if (isLatest()) {
        watch.close(isCancelled(transport) ? { result: 'cancelled' } : undefined);
        conversation.close();
        letGo(restores);
        observed.delete(transport);
      }
      return Reflect.apply(onclose, this, args);
    };
  });
  restores.push(close);
  const send = override(transport, 'send', (send) => {
    return function (this: unknown, ...args: unknown[]) {
      conversation.heard(args[0]);
      return calls.send(args, (...sent) => Reflect.apply(send, this, sent));
    };
  });
  restores.push(send);
}

/**
 * Whether what closed is the stream of one request, which its client closed to cancel it.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/cancellation
 */
function isCancelled(transport: object): boolean {
  return !closing.has(transport) && classNames(transport).includes('PerRequestHTTPServerTransport');
}

function letGo(restores: readonly (() => void)[]): void {
  for (const restore of restores) {
    try {
      restore();
    } catch (error) {
      complain('leaving an MCP transport as it was', error);
    }
  }
}
