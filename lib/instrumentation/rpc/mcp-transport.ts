import { complain } from '../../opentelemetry/diagnostics.js';
import { type Method, override } from '../base/override.js';
import { claimStandardInput } from '../base/standard-input.js';
import { mcpFacts, outcomeOfResult } from './mcp-facts.js';
import { type RpcHost, RpcWatch } from './watch.js';

/**
 * What every transport has.
 * @see https://github.com/modelcontextprotocol/typescript-sdk/blob/v1.x/src/shared/transport.ts
 */
interface Transport {
  readonly sessionId?: unknown;
  onmessage?: Method | undefined;
  onclose?: Method | undefined;
}

const observed = new WeakSet<object>();

/**
 * Observes the requests that a server receives over a transport, from its start to its close. To be called
 * before the server connects to it. Never throws.
 */
export function observeTransport(host: RpcHost, transport: unknown): void {
  if (typeof transport !== 'object' || transport === null || observed.has(transport)) return;
  try {
    observed.add(transport);
    const restore = override(transport, 'start', (start) => {
      return function (this: unknown, ...args: unknown[]) {
        restore();
        takeHold(host, transport);
        return Reflect.apply(start, this, args);
      };
    });
  } catch (error) {
    complain('observing an MCP transport', error);
  }
}

/** A protocol has set its callbacks when it starts its transport. */
function takeHold(host: RpcHost, transport: Transport): void {
  try {
    claimStandardInput(transport);
    const { onmessage, onclose } = transport;
    const watch = new RpcWatch(host, {
      facts: (message) => mcpFacts(message, transport.sessionId),
      outcome: outcomeOfResult,
    });
    const restoreSend = override(transport, 'send', (send) => {
      return function (this: unknown, ...args: unknown[]) {
        watch.sent(args[0]);
        return Reflect.apply(send, this, args);
      };
    });
    const receive: Method = function (...args) {
      const request = watch.received(args[0]);
      const handle = () => onmessage && Reflect.apply(onmessage, this, args);
      return request === undefined ? handle() : request.run(handle);
    };
    const close: Method = function (...args) {
      watch.close();
      restoreSend();
      if (transport.onmessage === receive) transport.onmessage = onmessage;
      if (transport.onclose === close) transport.onclose = onclose;
      observed.delete(transport);
      return onclose && Reflect.apply(onclose, this, args);
    };
    transport.onmessage = receive;
    transport.onclose = close;
  } catch (error) {
    complain('observing an MCP transport', error);
  }
}
