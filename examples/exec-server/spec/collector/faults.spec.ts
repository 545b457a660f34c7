import { expect } from 'chai';
import { Arrivals } from './arrivals.js';
import { Front } from './front.js';
import type { Latencies, Load } from './load.js';
import { Place } from './place.js';
import { RegisteredProcess, ServerProcess, type Variables } from './programs.js';
import { readSamples, type Sample, sumOf } from './prometheus.js';
import { SmallDisk } from './small-disk.js';
import { untilTrue } from './waiting.js';

const REQUESTS = 2_000;
const WITHIN = 60_000;
const signals = ['span', 'log'] as const;

/** Who exports, how it is started, and how it ends by SIGTERM. */
const subjects = [
  {
    subject: 'A server',
    start: (env: Variables, shutdownMillis?: number) =>
      ServerProcess.start(
        env,
        shutdownMillis === undefined ? [] : ['--shutdown-ms', String(shutdownMillis)],
      ),
    end: { code: 0, signal: null },
  },
  {
    subject: 'A program with otel-exec/register',
    start: (env: Variables, shutdownMillis = 10_000) =>
      RegisteredProcess.start({ OTEL_EXEC_SHUTDOWN_TIMEOUT: String(shutdownMillis), ...env }),
    end: { code: null, signal: 'SIGTERM' },
  },
] as const;

for (const { subject, start, end } of subjects)
  describe(`${subject} whose collector`, function () {
    this.timeout(120_000);
    const startServer = (env: Variables, shutdownMillis?: number) =>
      start(
        { OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_METRIC_EXPORT_TIMEOUT: '1000', ...env },
        shutdownMillis,
      );
    let healthy: Latencies;

    before(async () => {
      await using place = await Place.find();
      await place.start();
      await using server = await startServer(place.exporting());
      const { sent, latencies } = await server.load(REQUESTS);
      healthy = latencies;
      const arrived = await arrivalOf(place, sent);
      show('is healthy', sent, arrived, { server, latencies });
    });

    for (const protocol of ['http/protobuf', 'grpc'] as const)
      it(`is absent at start loses nothing once there is one, over ${protocol}`, async () => {
        await using place = await Place.find();
        await using server = await startServer(place.exporting(protocol));
        const { sent, latencies } = await server.load(REQUESTS);
        await server.told(/spans wait, and are tried again: .*ECONNREFUSED/);
        await server.told(/log records wait, and are tried again: .*ECONNREFUSED/);
        await place.start();
        const arrived = await arrivalOf(place, sent);
        show(`absent at start, ${protocol}`, sent, arrived, { server, latencies });
      });

    it('is killed with work in flight loses nothing once it is back', async () => {
      await using place = await Place.find();
      const first = await place.start();
      await using server = await startServer(place.exporting());
      let working = true;
      const work = server.load(10 * REQUESTS).finally(() => {
        working = false;
      });
      await new Arrivals(place.directory).until(({ spans }) => spans.size > 0);
      await first.kill();
      expect(working).to.equal(true);
      const { sent, latencies } = await work;
      await server.told(/spans wait/);
      await place.start();
      const arrived = await arrivalOf(place, sent);
      show('killed and restarted', sent, arrived, { server, latencies });
    });

    it('takes connections and never answers loses nothing once it answers again', async () => {
      await using place = await Place.find();
      const collector = await place.start();
      await using server = await startServer({
        ...place.exporting(),
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      });
      collector.freeze();
      const { sent, latencies } = await server.load(REQUESTS);
      await server.told(/spans wait, and are tried again: the export took too long/);
      collector.thaw();
      const arrived = await arrivalOf(place, sent);
      show('hanging', sent, arrived, { server, latencies });
    });

    for (const status of [429, 503]) {
      it(`answers ${status} with Retry-After is asked no sooner, and loses nothing`, async () => {
        await using place = await Place.find();
        await place.start();
        await using front = await Front.start(place.ports.http);
        front.refuse = () => ({ status, retryAfter: 1 });
        await using server = await startServer({
          ...place.exporting(),
          OTEL_EXPORTER_OTLP_ENDPOINT: front.url,
          OTEL_EXPORTER_OTLP_HEADERS: 'x-key=4711',
        });
        const { sent, latencies } = await server.load(REQUESTS);
        await front.wasAsked('/v1/traces', 2);
        await front.wasAsked('/v1/logs', 2);
        front.refuse = () => undefined;
        const arrived = await arrivalOf(place, sent);
        for (const path of ['/v1/traces', '/v1/logs']) {
          const times = front.asked.filter((one) => one.path === path);
          for (const [index, { refusal, at }] of times.entries()) {
            const next = times[index + 1];
            if (refusal !== undefined && next !== undefined) expect(next.at - at).to.be.above(990);
          }
        }
        expect(new Set(front.asked.map(({ headers }) => headers['x-key']))).to.have.keys('4711');
        show(`${status}, Retry-After`, sent, arrived, { server, latencies });
      });
    }

    it('refuses one signal alone gets the others, and the refused is counted and told', async () => {
      await using place = await Place.find();
      await place.start(['--config=yaml:service::pipelines::logs::receivers: [otlp/other]', OTHER]);
      await using server = await startServer(place.exporting());
      const { sent, latencies } = await server.load(REQUESTS);
      const arrived = await new Arrivals(place.directory).until(({ spans }) => spans.size === sent);
      await server.told(/log records dropped: \d+ \(rejected: /);
      await server.stop();
      expect(arrived.logRecords.size).to.equal(0);
      expect(await droppedOf(place)).to.deep.equal({ span: {}, log: { rejected: sent } });
      expect(toldOf(server)).to.deep.equal({ span: {}, log: { rejected: sent } });
      show('refuses log records', sent, arrived, { latencies, told: sent });
    });

    it('is away for longer than the queue lasts costs what the queue cannot hold, all of it told', async () => {
      await using place = await Place.find();
      const held = 500;
      await using server = await startServer({
        ...place.exporting(),
        OTEL_BSP_MAX_QUEUE_SIZE: String(held),
        OTEL_BLRP_MAX_QUEUE_SIZE: String(held),
      });
      const { sent, latencies } = await server.load(REQUESTS);
      await place.start();
      const arrived = await arrivalOf(place, held);
      await server.stop();
      await arrived.read();
      const lost = sent - held;
      expect([arrived.spans.size, arrived.logRecords.size]).to.deep.equal([held, held]);
      expect(await droppedOf(place)).to.deep.equal({
        span: { queue_full: lost },
        log: { queue_full: lost },
      });
      expect(toldOf(server)).to.deep.equal({
        span: { queue_full: lost },
        log: { queue_full: lost },
      });
      show(`away, queue of ${held}`, sent, arrived, { latencies, told: lost });
    });

    it('hangs when the server ends holds it up no longer than is set, and what is lost is told', async () => {
      await using place = await Place.find();
      const collector = await place.start();
      await using server = await startServer(place.exporting(), 2000);
      collector.freeze();
      const { sent, latencies } = await server.load(REQUESTS);
      const ended = await server.stop();
      expect(ended).to.include(end);
      expect(toldOf(server)).to.deep.equal({ span: { shutdown: sent }, log: { shutdown: sent } });
      expect(ended.stderr).to.match(/the last metrics were not exported/);
      collector.thaw();
      await collector.stop();
      const arrived = await new Arrivals(place.directory).read();
      // What a frozen collector has in its socket may arrive once it goes on, all of it.
      expect(arrived.spans.size).to.be.at.most(sent);
      show(`hanging at SIGTERM: ended after ${ended.milliseconds} ms of 2000`, sent, arrived, {
        latencies,
        told: sent,
      });
    });

    it('has a full disk for its queue loses nothing once there is space', async () => {
      await using far = await Place.find();
      await using place = await Place.find(upstream(far));
      using disk = new SmallDisk(place.directory, 1);
      await place.start();
      disk.fill();
      await using server = await startServer(place.exporting());
      const { sent, latencies } = await server.load(REQUESTS);
      await server.told(/spans wait, and are tried again: /);
      await server.told(/log records wait, and are tried again: /);
      disk.resize(256);
      await far.start();
      const arrived = await arrivalOf(far, sent);
      show('full disk', sent, arrived, { server, latencies });
      await place.stop();
    });

    // What a collector takes out of its queue it has to write down too. Where it can't, it forgets it, and
    // says so at debug level only, so that some of what it had accepted may be lost here:
    // https://github.com/open-telemetry/opentelemetry-collector/blob/v0.152.0/exporter/exporterhelper/internal/queue/persistent_queue.go#L370-L384
    it('has a disk that fills up takes everything in the end, and complains of the disk', async () => {
      await using far = await Place.find();
      await using place = await Place.find(upstream(far));
      using disk = new SmallDisk(place.directory, 1);
      const collector = await place.start();
      // The queue on the disk is full only where some of what comes has room in the files beside it.
      await using server = await startServer({ ...place.exporting(), ...SMALL_BATCHES });
      const { sent, latencies } = await server.load(REQUESTS);
      await server.told(/(spans|log records) wait, and are tried again: /);
      await collector.waitForOutput(/Exporting failed\..*upstream.*no space left on device/);
      disk.resize(256);
      await far.start();
      await server.stop();
      expect(toldOf(server)).to.deep.equal({ span: {}, log: {} });
      const page = await place.readOwnMetrics();
      expect(sumOf(page, 'otelcol_receiver_accepted_spans')).to.equal(sent);
      expect(sumOf(page, 'otelcol_receiver_accepted_log_records')).to.equal(sent);
      await untilTrue(async () => queued(await place.readOwnMetrics()) === 0);
      const arrived = await new Arrivals(far.directory).read();
      await place.stop();
      show('disk fills up', sent, arrived, { latencies });
    });

    interface Figures {
      readonly server?: ServerProcess | RegisteredProcess;
      readonly latencies: Latencies;
      readonly told?: number;
    }

    function show(name: string, sent: number, arrived: Arrivals, figures: Figures): void {
      const { server, latencies, told = 0 } = figures;
      const { spans, logRecords, duplicates } = arrived;
      const ratio = (of: keyof Latencies) => (latencies[of] / healthy[of]).toFixed(1);
      const memory = server?.memory();
      const parts = [
        `${sent} requests`,
        `${spans.size} spans and ${logRecords.size} events arrived (${duplicates} twice)`,
        `lost ${sent - spans.size} and ${sent - logRecords.size}, told of ${told}`,
        `latency ×${ratio('median')}, p99 ×${ratio('p99')}`,
        ...(memory === undefined ? [] : [`memory ${memory.now} MiB, at most ${memory.peak}`]),
      ];
      console.log(`      ${name}: ${parts.join('; ')}`);
    }
  });

const SMALL_BATCHES = {
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '128',
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '128',
};

function upstream(far: Place): Record<string, string> {
  const url = `http://127.0.0.1:${far.ports.http}`;
  return { OTELCOL_UPSTREAM: 'otlp_http', OTELCOL_UPSTREAM_HTTP: url };
}

/** How many spans and log records a collector has not passed on yet, by its own page. */
function queued(page: readonly Sample[]): number {
  const size = (name: string, labels = {}) => sumOf(page, `otelcol_exporter_${name}`, labels) ?? 0;
  return ['traces', 'logs']
    .map(
      (data_type) => size('queue_size', { data_type }) + size('in_flight_requests', { data_type }),
    )
    .reduce((sum, one) => sum + one, 0);
}

/** Gives the otherwise unused pipeline of log records a receiver of its own. */
const OTHER = '--config=yaml:receivers::otlp/other::protocols::http::endpoint: 127.0.0.1:0';

/** Waits until as many spans and as many log records have arrived. */
function arrivalOf(place: Place, sent: Load['sent']): Promise<Arrivals> {
  return new Arrivals(place.directory).until(
    ({ spans, logRecords }) => spans.size >= sent && logRecords.size >= sent,
    WITHIN,
  );
}

type Dropped = Record<(typeof signals)[number], Record<string, number>>;

/** What the metrics say was dropped, by signal and reason. */
async function droppedOf(place: Place): Promise<Dropped> {
  const samples = readSamples(await place.readMetrics(), 'otel_sdk_processor');
  const of = (signal: string) => {
    const name = `otel_sdk_processor_${signal}_processed_total`;
    const reasons = new Set(
      samples
        .filter((sample) => sample.name === name)
        .flatMap(({ labels }) => labels.error_type ?? []),
    );
    return Object.fromEntries(
      [...reasons].map((reason) => [reason, sumOf(samples, name, { error_type: reason }) ?? 0]),
    );
  };
  return { span: of('span'), log: of('log') };
}

/** What the warnings say was dropped, by signal and reason. */
function toldOf({ stderr }: ServerProcess | RegisteredProcess): Dropped {
  const told: Dropped = { span: {}, log: {} };
  for (const [, name, count, reason = ''] of stderr.matchAll(
    /(spans|log records) dropped: (\d+) \((\w+)/g,
  )) {
    const of = told[name === 'spans' ? 'span' : 'log'];
    of[reason] = (of[reason] ?? 0) + Number(count);
  }
  return told;
}
