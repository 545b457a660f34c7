import { expect } from 'chai';
import { Arrivals } from './arrivals.js';
import { Place } from './place.js';
import { programPath, run, ServerProcess } from './programs.js';

const CHILD = 'examples/exec-server/spec/collector/programs/tracing-child.js';
const CLIENT = 'examples/exec-server/spec/collector/programs/tracing-client.js';

describe('Three programs', () => {
  it('are one trace: a client with a tracer, the server, and a child with a tracer', async () => {
    await using place = await Place.find();
    await place.start();
    await using server = await ServerProcess.start(place.exporting());
    const command = [process.execPath, programPath(CHILD)];
    const client = await run(CLIENT, [server.url, ...command], place.exporting());
    expect(client).to.deep.include({ code: 0, stdout: '', stderr: '' });
    await server.stop();

    const { spans } = await new Arrivals(place.directory).read();
    const told = [...spans.values()].map(({ name, parentSpanId = '', resource }) => {
      const parent = spans.get(parentSpanId);
      return `${resource['service.name']}: ${name} < ${parent?.name ?? 'nothing'}`;
    });
    expect(told).to.have.members([
      'client: run a build < nothing',
      'exec-server: initialize < run a build',
      'exec-server: process/start < run a build',
      'exec-server: exec_server.process < process/start',
      'child: compile < exec_server.process',
    ]);
    expect(new Set([...spans.values()].map(({ traceId }) => traceId))).to.have.property('size', 1);
    console.log(`        ${told.sort().join('\n        ')}`);
  });
});
