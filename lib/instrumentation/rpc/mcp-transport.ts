import type { RequestFacts, RequestOutcome } from '../../conventions/facts.js';
import { outcomeOfResponse } from '../../lifecycle/request.js';
import { complain, warn } from '../../opentelemetry/diagnostics.js';
import type { JsonRpcRequest } from '../../rpc-tap.js';
import { interceptCallback } from '../base/callback.js';
import { override } from '../base/override.js';
import { type RpcHost, RpcWatch } from './watch.js';

/**
 * What every transport has.
 * @see https://github.com/modelcontextprotocol/typescript-sdk/blob/v1.x/src/shared/transport.ts
 */
interface Transport {
  readonly sessionId?: unknown;
}

const observed = new WeakSet<object>();

/**
 * Observes the requests that a server receives over a transport, from its start to its close. To be called
 * before the server connects to it, and so before it sets its callbacks. Never throws: a transport that
 * can't be observed is left as it is, and told.
 */
export function observeTransport(host: RpcHost, transport: unknown): void {
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

function takeHold(host: RpcHost, transport: Transport, restores: (() => void)[]): void {
  const watch = new RpcWatch(host, {
    facts: (message) => factsOf(message, transport),
    outcome: outcomeOfResult,
  });
  const receive = interceptCallback(transport, 'onmessage', (onmessage, isLatest) => {
    return function (this: unknown, ...args: unknown[]) {
      const request = isLatest() ? watch.received(args[0]) : undefined;
      const handle = () => Reflect.apply(onmessage, this, args);
      return request === undefined ? handle() : request.run(handle);
    };
  });
  restores.push(receive);
  const close = interceptCallback(transport, 'onclose', (onclose, isLatest) => {
    return function (this: unknown, ...args: unknown[]) {
      if (isLatest()) {
        watch.close();
        letGo(restores);
        observed.delete(transport);
      }
      return Reflect.apply(onclose, this, args);
    };
  });
  restores.push(close);
  const send = override(transport, 'send', (send) => {
    return function (this: unknown, ...args: unknown[]) {
      watch.sent(args[0]);
      return Reflect.apply(send, this, args);
    };
  });
  restores.push(send);
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

function factsOf({ method, params }: JsonRpcRequest, transport: Transport): Partial<RequestFacts> {
  const { sessionId } = transport;
  return {
    tool: method === 'tools/call' ? nameOf(params) : undefined,
    prompt: method === 'prompts/get' ? nameOf(params) : undefined,
    sessionId: typeof sessionId === 'string' ? sessionId : undefined,
  };
}

function nameOf(params: unknown): string | undefined {
  const { name } = (params ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/**
 * The conventions: a tool's failure is a result with `isError`, not a JSON-RPC error.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 */
function outcomeOfResult(response: unknown): RequestOutcome {
  const { result } = (response ?? {}) as { result?: { isError?: unknown } | null };
  return result?.isError === true
    ? { result: 'error', errorType: 'tool_error' }
    : outcomeOfResponse(response);
}
