import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Access } from './access.js';
import { pathOf } from './http.js';
import { CODES, RpcError } from './rpc-error.js';
import type { ExecService } from './service.js';
import type { Transport } from './transport.js';

const GOING_AWAY = 1001;
const TOO_BIG = 1009;
const CLOSE_MILLIS = 1_000;

/** Serves clients that come over WebSocket to `/`. */
export function serveWebSocket(server: Server, service: ExecService, access: Access): void {
  const { frameBytes } = service.limits;
  const tooBig = new RpcError(CODES.limitExceeded, `frame is larger than ${frameBytes} bytes`);

  // ws closes a connection by itself when a frame is too big, before anybody can answer.
  class AnsweringWebSocket extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      if (code === TOO_BIG) this.emit('oversize');
      super.close(code, reason);
    }
  }

  // @types/ws 8.18 does not know closeTimeout yet.
  const options = {
    noServer: true,
    maxPayload: frameBytes,
    closeTimeout: CLOSE_MILLIS,
    WebSocket: AnsweringWebSocket,
  };
  const webSockets = new WebSocketServer<typeof AnsweringWebSocket>(options);

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {});
    const refusal = refusalOf(request, service, access);
    if (refusal !== undefined) {
      refuse(socket, ...refusal);
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const transport = new WebSocketTransport(webSocket, socket, () => connection.drained());
      const connection = service.accept(transport);
      webSocket.on('message', (data, isBinary) => {
        transport.gather();
        if (isBinary) connection.refuse(new RpcError(CODES.invalidRequest, 'not a text frame'));
        else connection.receive(textOf(data));
      });
      webSocket.on('oversize', () => connection.refuse(tooBig));
      webSocket.on('error', () => {});
      webSocket.once('close', () => service.release(connection));
    });
  });
}

class WebSocketTransport implements Transport {
  readonly name = 'websocket';
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #sent: () => void;
  #gathering = false;

  constructor(webSocket: WebSocket, socket: Duplex, sent: () => void) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#sent = sent;
  }

  /**
   * Holds back what is sent until the next tick, so that all answers to messages that came in one chunk
   * leave in one write: ws tells of such messages one after the other in the same tick.
   */
  gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#gathering = false;
      this.#socket.uncork();
    });
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(text: string): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.send(text, this.#sent);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  close(reason: string): void {
    this.#webSocket.close(GOING_AWAY, reason);
  }
}

function refusalOf(
  request: IncomingMessage,
  service: ExecService,
  access: Access,
): [status: number, reason: string] | undefined {
  const refusal = access.refusalOf(request);
  if (refusal !== undefined) return [refusal.status, refusal.reason];
  if (pathOf(request) !== '/') return [404, 'the WebSocket is at /'];
  if (service.stopping) return [503, 'the server is shutting down'];
  const { connections } = service.limits;
  if (service.connections < connections) return undefined;
  return [503, `too many connections: the limit is ${connections}`];
}

// RFC 6455, 4.2.2: a server that does not accept answers with an appropriate HTTP status.
function refuse(socket: Duplex, status: number, reason: string): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(reason) + 1}`,
    ...(status === 401 ? ['www-authenticate: Bearer'] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${reason}\n`);
}

// With the default `binaryType` it is one Buffer: https://github.com/websockets/ws/blob/8.23.0/doc/ws.md#websocketbinarytype
function textOf(data: RawData): string {
  return (data as Buffer).toString();
}
