import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

type CreateConnection = (...args: unknown[]) => Socket | undefined;

/** What Node's agents have and its types don't. */
interface Connecting {
  createConnection: CreateConnection;
  reuseSocket(socket: Socket, request: ClientRequest): void;
}

interface HttpTransport {
  readonly _transport?: HttpTransport;
  readonly _parameters?: { agentFactory?: (protocol: string) => Agent | Promise<Agent> };
}

/**
 * Lets a program end while an OTLP exporter that nobody else has waits for an answer over HTTP: its
 * sockets don't keep the program alive. What can't be recognized is left as it is, such as gRPC.
 *
 * The exporter has no option for it that wouldn't replace what `OTEL_EXPORTER_OTLP_CERTIFICATE` and its
 * like say: https://github.com/open-telemetry/opentelemetry-js/blob/v2.12.0/experimental/packages/otlp-exporter-base/src/configuration/otlp-http-configuration.ts
 */
export function unreferenceSockets(exporter: object): void {
  const { _delegate } = exporter as {
    readonly _delegate?: { readonly _transport?: HttpTransport };
  };
  const transport = _delegate?._transport?._transport ?? _delegate?._transport;
  const parameters = transport?._parameters;
  if (typeof parameters?.agentFactory !== 'function') return;
  const makeAgent = parameters.agentFactory;
  parameters.agentFactory = async (protocol) => unreference(await makeAgent(protocol));
}

function unreference(agent: Agent): Agent {
  const connecting = agent as unknown as Connecting;
  const { createConnection, reuseSocket } = connecting;
  connecting.createConnection = (...args) => {
    const socket = createConnection.apply(agent, args);
    socket?.unref();
    return socket;
  };
  connecting.reuseSocket = (socket, request) => {
    reuseSocket.call(agent, socket, request);
    socket.unref();
  };
  return agent;
}
