import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';

const program = fileURLToPath(new URL('../../examples/by-hand.js', import.meta.url));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the example by hand', () => {
  it('measures a request of its own and the process that outlives it, in one trace', async () => {
    const child = spawn(process.execPath, [program]);
    const lines = new LineCapture(child.stderr);
    const output = text(child.stdout);
    const trace = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const ask = (message: object) =>
      child.stdin.write(`${JSON.stringify({ ...message, trace })}\n`);
    ask({ id: 1, method: 'run', params: { argv: ['sh', '-c', 'sleep 0.3; exit 3'] } });
    ask({ id: 2, method: 'dance' });
    const asked = await lines.event('codex.exec_server_request');
    const unknown = await lines.event('codex.exec_server_request');
    const ended = await lines.event('codex.exec_server_process');
    child.stdin.end();
    await once(child, 'exit');

    expect(await lines.end()).to.have.length(3);
    expect((await output).trim().split('\n')).to.have.length(2);
    expect(asked.fields).to.include({ request_id: '1', method: 'run', result: 'success' });
    expect(String(asked.fields.traceparent)).to.match(new RegExp(`^00-${TRACE}-`));
    expect(unknown.fields).to.include({
      method: 'unknown',
      result: 'error',
      'error.type': '-32601',
    });
    expect(ended.fields).to.include({ process_id: '1', trace_id: TRACE, result: 'error' });
    expect(ended.fields['process.exit.code']).to.equal(3);
    expect(Number(ended.fields.duration_ms)).to.be.at.least(300);
  });
});
