import { expect } from 'chai';
import { Arrivals } from './arrivals.js';
import { load } from './load.js';
import { Place } from './place.js';
import { run, ServerProcess } from './programs.js';

const LIFECYCLES = 50_000;
/** What the SDK's processors hold: their queue, and the batch that was on its way when the burst began. */
const SDK_HOLDS = 2_048 + 512;
const BURST = 'examples/exec-server/spec/collector/programs/burst.js';

describe('50,000 lifecycles at full speed', function () {
  this.timeout(180_000);

  it("mostly get lost with the SDK's own processors and their defaults", async () => {
    const { spans, logRecords } = await burst('sdk');
    expect([spans, logRecords]).to.deep.equal([SDK_HOLDS, SDK_HOLDS]);
  });

  it('all arrive with the settings of the example, though nothing can be sent meanwhile', async () => {
    const { spans, logRecords, told } = await burst('example');
    expect([spans, logRecords, told]).to.deep.equal([LIFECYCLES, LIFECYCLES, '']);
  });

  it('all arrive from the example server, over the wire', async () => {
    await using place = await Place.find();
    await place.start();
    await using server = await ServerProcess.start(place.exporting());
    const began = performance.now();
    const { sent } = await load(server.url, LIFECYCLES, 64);
    const seconds = (performance.now() - began) / 1000;
    const memory = server.memory();
    const { stderr } = await server.stop();
    const { spans, logRecords } = await new Arrivals(place.directory).read();
    console.log(
      `      over the wire: ${Math.round(sent / seconds)} requests a second, ` +
        `${spans.size} spans and ${logRecords.size} events of ${sent} arrived, ` +
        `memory at most ${memory.peak} MiB`,
    );
    expect([spans.size, logRecords.size, stderr]).to.deep.equal([sent, sent, '']);
  });
});

async function burst(settings: 'sdk' | 'example') {
  await using place = await Place.find();
  await place.start();
  const env = { ...place.exporting(), OTEL_EXEC_LOG: 'warn' };
  const { stdout, stderr } = await run(BURST, [settings, String(LIFECYCLES)], env);
  const { spans, logRecords } = await new Arrivals(place.directory).read();
  const { busyMillis, before, after } = JSON.parse(stdout);
  const lost = (arrived: ReadonlyMap<string, unknown>) => LIFECYCLES - arrived.size;
  const told = stderr.trim();
  console.log(
    `      ${settings}: ${lost(spans)} spans and ${lost(logRecords)} log records lost, told: ${told || 'nothing'}; ` +
      `${busyMillis} ms, memory ${before} MiB before, ${after} MiB after`,
  );
  return { spans: spans.size, logRecords: logRecords.size, told };
}
