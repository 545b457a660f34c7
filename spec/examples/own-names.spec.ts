import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';

const program = fileURLToPath(new URL('../../examples/own-names.js', import.meta.url));

describe('the example with names of its own', () => {
  it('renames, adds and drops', async () => {
    const env = { ...process.env, REGION: 'north' };
    const child = spawn(process.execPath, [program], { env });
    const lines = new LineCapture(child.stderr);
    const { fields, target } = await lines.event('acme.exec_server_request');
    await once(child, 'exit');
    expect(await lines.end()).to.have.length(1);
    expect(target).to.equal('acme_exec_server::telemetry');
    expect(Object.keys(fields)).to.deep.equal([
      'message',
      'event.name',
      'request_id',
      'cloud.region',
      'method',
      'result',
      'duration_ms',
    ]);
    expect(fields['cloud.region']).to.equal('north');
  });
});
