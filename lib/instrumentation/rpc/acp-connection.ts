import type { RequestOutcome } from '../../conventions/facts.js';
import { outcomeOfResponse } from '../../lifecycle/request.js';
import { claimStdio } from '../../lifecycle/stdio-claim.js';
import { complain } from '../../opentelemetry/diagnostics.js';
import type { RpcTapOptions } from '../../rpc-tap/options.js';
import { override } from '../base/override.js';
import type { AcpInstrumentationConfig } from './acp-config.js';
import { type RpcHost, RpcWatch } from './watch.js';

/** What the hands on a connection need of their instrumentation. */
export interface AcpHost extends RpcHost {
  getConfig(): AcpInstrumentationConfig;
}

const observed = new WeakSet<object>();

/**
 * Observes both directions of a connection of `@agentclientprotocol/sdk`, to its close. To be called before it reads
 * its first message. Never throws: a connection that can't be observed is left as it is, and told.
 */
export function observeConnection(host: AcpHost, connection: object): void {
  if (observed.has(connection)) return;
  observed.add(connection);
  const restores: (() => void)[] = [];
  try {
    // The SDK reads stdin through a web stream, behind which nobody can see that it is stdin.
    claimStdio();
    takeHold(connection, new RpcWatch(host, tapOptions(host.getConfig())), restores);
  } catch (error) {
    for (const restore of restores) restore();
    complain('observing an ACP connection', error);
  }
}

function takeHold(connection: object, watch: RpcWatch, restores: (() => void)[]): void {
  const receive = override(connection, 'receiveMessage', (receive) => {
    return function (this: unknown, ...args: unknown[]) {
      const request = watch.received(args[0]);
      const handle = () => Reflect.apply(receive, this, args);
      return request === undefined ? handle() : request.run(handle);
    };
  });
  restores.push(receive);
  const send = override(connection, sendingMethod(connection), (send) => {
    return function (this: unknown, ...[message, ...rest]: unknown[]) {
      return Reflect.apply(send, this, [sent(watch, message), ...rest]);
    };
  });
  restores.push(send);
  const close = override(connection, 'close', (close) => {
    return function (this: unknown, ...args: unknown[]) {
      watch.close();
      return Reflect.apply(close, this, args);
    };
  });
  restores.push(close);
}

function sent(watch: RpcWatch, message: unknown): unknown {
  return Array.isArray(message) ? message.map((entry) => watch.sent(entry)) : watch.sent(message);
}

// Versions 1.3 to 2.1 could send batches too, and call it `sendWireMessage`.
function sendingMethod(connection: object): string {
  return 'sendWireMessage' in connection ? 'sendWireMessage' : 'sendMessage';
}

/** How messages of ACP are read, and what they carry. */
export function tapOptions({ propagate = true, baggage }: AcpInstrumentationConfig): RpcTapOptions {
  return { outcome: outcomeOfAnswer, baggage, carrier: propagate ? 'meta' : undefined };
}

/**
 * A prompt that was cancelled is answered with the stop reason `cancelled`, and a permission that was asked for
 * meanwhile with the outcome `cancelled`. Neither is an error of the protocol.
 * @see https://agentclientprotocol.com/protocol/prompt-turn#cancellation
 */
function outcomeOfAnswer(response: unknown): RequestOutcome {
  const { result } = (response ?? {}) as { result?: Answer | null };
  return result?.stopReason === 'cancelled' || result?.outcome?.outcome === 'cancelled'
    ? { result: 'cancelled' }
    : outcomeOfResponse(response);
}

interface Answer {
  readonly stopReason?: unknown;
  readonly outcome?: { readonly outcome?: unknown } | null;
}
