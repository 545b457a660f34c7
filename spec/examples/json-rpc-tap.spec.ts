import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { WebSocket } from 'ws';

const program = fileURLToPath(new URL('../../examples/json-rpc-tap.js', import.meta.url));
const source = fileURLToPath(new URL('../../../examples/json-rpc-tap.ts', import.meta.url));

describe('the example of a tap on a JSON-RPC library', () => {
  it('has under 30 lines of its own', () => {
    const lines = readFileSync(source, 'utf8').split('\n');
    expect(
      lines.filter((line) => line.trim() !== '' && !line.startsWith('import')),
    ).to.have.length.below(30);
  });

  it('observes requests, batches, unknown methods, cancellation and the close', async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = new LineCapture(child.stderr);
    const [port] = await once(child.stdout, 'data');
    const socket = new WebSocket(`ws://127.0.0.1:${Number(port)}`);
    await once(socket, 'open');
    const call = (id: number, method: string) => ({ jsonrpc: '2.0', id, method, params: {} });
    socket.send(JSON.stringify([call(1, 'echo'), call(2, 'no/such')]));
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).to.have.length(2);
    socket.send(JSON.stringify(call(3, 'wait')));
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 3 } }));
    socket.send(JSON.stringify(call(4, 'wait')));
    const ended = [];
    for (const id of ['1', '2', '4']) {
      if (id === '4') socket.close();
      const { fields } = await lines.event('rpc.server.request', {
        where: (line) => line.request_id === id,
      });
      ended.push([fields.method, fields.result]);
    }
    child.kill();
    await once(child, 'exit');
    expect(ended).to.deep.equal([
      ['echo', 'success'],
      ['_OTHER', 'error'],
      ['_OTHER', 'disconnected'],
    ]);
    expect(lines.lines.map(({ fields }) => fields.request_id)).to.have.members([
      '1',
      '2',
      '3',
      '4',
    ]);
  });
});
