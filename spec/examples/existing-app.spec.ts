import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { Collector } from '../register/collector.js';

const root = new URL('../../../', import.meta.url);

describe('the existing app', () => {
  it('has the child process in the trace of its HTTP request, for three lines at most', async () => {
    await using collector = new Collector();
    const env = { ...process.env, ...(await collector.listen()) };
    const folder = './build/examples/existing-app';
    const args = ['--import', `${folder}/telemetry.js`, `${folder}/server.js`];
    const app = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(app, 'exit');
    const [address] = await once(createInterface(app.stdout), 'line');
    const response = await fetch(new URL('/kernel', address));
    expect(await response.json())
      .to.have.property('kernel')
      .that.matches(/^\w+ \d/);
    app.kill('SIGTERM');
    expect(await exited).to.deep.equal([0, null]);
    expect(collector.received.spans).to.deep.equal(['uname', 'GET']);
    expect(collector.traces.size).to.equal(1);
    expect(collector.received.events).to.include('child_process.exit');
    const source = readFileSync(new URL('examples/existing-app/telemetry.ts', root), 'utf8');
    expect(source.match(/^.*(otel-exec'|new ChildProcess).*$/gm)).to.have.length.within(1, 3);
  });
});
