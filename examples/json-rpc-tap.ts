import type { AddressInfo } from 'node:net';
import { JSONRPCServer } from 'json-rpc-2.0';
import { ExecTelemetry, RpcTap } from 'otel-exec';
import { jsonRpcServer } from 'otel-exec/conventions';
import { WebSocketServer } from 'ws';
import './lines-on-stderr.js';

const telemetry = new ExecTelemetry({ conventions: { request: jsonRpcServer() } });
const server = new JSONRPCServer<RpcTap>();
server.addMethod('echo', (params) => params);
server.addMethod('wait', () => new Promise(() => {}));
server.applyMiddleware(async (next, request, tap) => {
  const observed = tap.received(request);
  const response = await (observed?.run(() => next(request, tap)) ?? next(request, tap));
  tap.sent(response);
  return response;
});

const sockets = new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) });
sockets.on('listening', () => console.log((sockets.address() as AddressInfo).port));
sockets.on('connection', (socket) => {
  const tap = new RpcTap(telemetry);
  socket.on('close', () => tap.close());
  socket.on('message', async (data) => {
    const response = await server.receiveJSON(String(data), tap);
    if (response) socket.send(JSON.stringify(response));
  });
});
