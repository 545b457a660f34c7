import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { RequestFacts } from '../../conventions/facts.js';
import type { MessageDirection } from '../../rpc-tap/options.js';

/** What is known of the network below a conversation. */
export type NetworkFacts = Pick<
  RequestFacts,
  | 'transport'
  | 'networkProtocolName'
  | 'networkProtocolVersion'
  | 'serverAddress'
  | 'serverPort'
  | 'clientAddress'
  | 'clientPort'
>;

/** What a stream of a library's reader goes over, where it is stdin or has an address. */
export function networkOfStream(
  stream: Readable | undefined,
  direction: MessageDirection,
): NetworkFacts {
  if (stream === undefined) return {};
  if ((stream as { fd?: unknown }).fd === 0) return { transport: 'pipe' };
  return stream instanceof Socket ? networkOfSocket(stream, direction) : {};
}

/** The end that asks is the client, whichever of the two has opened the socket. */
function networkOfSocket(socket: Socket, direction: MessageDirection): NetworkFacts {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined) return {};
  return direction === 'sent'
    ? { transport: 'tcp', serverAddress: remoteAddress, serverPort: remotePort }
    : {
        transport: 'tcp',
        serverAddress: socket.localAddress,
        serverPort: socket.localPort,
        clientAddress: remoteAddress,
        clientPort: remotePort,
      };
}
