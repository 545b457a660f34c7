import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Place } from './collector/place.js';
import { type Attribute, type Batch, type Metric, OtlpReceiver } from './otlp-receiver.js';
import { differences, Tally } from './tally.js';

/** What the probe in the server answers. */
export interface Probed {
  /** Bytes that survive a collection of garbage. */
  readonly heapUsed: number;
  readonly rss: number;
  /** What keeps its event loop alive: sockets, timers, requests of the operating system. */
  readonly resources: number;
}

/** What a server holds at one moment. */
export interface Sample extends Probed {
  readonly descriptors: number;
  readonly children: number;
}

/** What each place counted of the same: by `method result` for requests, by `result` for processes. */
export interface Counted {
  readonly requests: Tally;
  readonly processes: Tally;
}

const AGREE_MILLIS = 30_000;
const AGAIN_MILLIS = 25;
const REQUEST_EVENT = 'codex.exec_server_request';
const PROCESS_EVENT = 'codex.exec_server_process';
const REQUESTS_METRIC = 'exec_server.requests';
const PROCESSES_METRIC = 'exec_server.processes.finished';
const ACTIVES = [
  'exec_server.requests.active',
  'exec_server.processes.active',
  'exec_server.connections.active',
];

const newCounted = (): Counted => ({ requests: new Tally(), processes: new Tally() });

/**
 * The exec server as a program of its own that exports over OTLP; everything that it tells is counted, and
 * nothing of it is kept.
 */
export class ProbedServer extends EventEmitter implements AsyncDisposable {
  readonly child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  /** Lines of its stdout. */
  readonly lines: Interface;
  /** What its event lines say. */
  readonly told = newCounted();
  /** What the log records that it exported say. */
  readonly exported = newCounted();
  /** What the counters that it exported last say. */
  metered = newCounted();
  /** How many spans of requests and of processes it exported. */
  readonly spans = new Tally();
  /** What is active by the metrics that it exported last; undefined before. */
  active: number | undefined;
  /** Lines at WARN and ERROR, the first of them. */
  readonly complaints: string[] = [];
  readonly #receiver: OtlpReceiver;
  readonly #place: Place | undefined;
  readonly #exit: Promise<unknown[]>;
  #asked = false;

  private constructor(receiver: OtlpReceiver, place: Place | undefined, args: readonly string[]) {
    super();
    this.#receiver = receiver;
    this.#place = place;
    const { PATH, HOME } = process.env;
    const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const probe = new URL('probe.js', import.meta.url).href;
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--import', probe, program('../main.js'), ...args],
      {
        env: {
          PATH,
          HOME,
          OTEL_EXEC_LOG: 'info',
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          ...place?.exporting(),
          OTEL_METRIC_EXPORT_INTERVAL: '3000',
        },
        stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.child = child as ProbedServer['child'];
    this.#exit = once(child, 'exit');
    this.lines = createInterface({ input: this.child.stdout });
    createInterface({ input: this.child.stderr }).on('line', (line) => this.#tell(line));
  }

  /** @param throughCollector whether what it exports takes the way through a real collector */
  static async start(args: readonly string[], throughCollector = false): Promise<ProbedServer> {
    const received: ((batch: Batch) => void)[] = [];
    const receiver = await OtlpReceiver.start((batch) => received[0]?.(batch));
    const place = throughCollector ? await collectFor(receiver.url) : undefined;
    const server = new ProbedServer(receiver, place, args);
    received.push((batch) => server.#take(batch));
    return server;
  }

  /** The first line of its stdout. @throws Error with what it complained of, if it ends before */
  async url(): Promise<string> {
    const line = once(this.lines, 'line');
    const [first] = await Promise.race([line, this.#exit.then(() => [undefined])]);
    if (typeof first !== 'string') throw new Error(`it ended: ${this.complaints.join('\n')}`);
    return first;
  }

  /** What it holds now. @throws Error if it has ended */
  async sample(): Promise<Sample> {
    const answer = once(this.child, 'message');
    this.child.send({});
    const [probed] = await Promise.race([answer, this.#exit.then(() => [undefined])]);
    if (probed === undefined) throw new Error(`it ended: ${this.complaints.join('\n')}`);
    const { pid } = this.child;
    return {
      ...(probed as Probed),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      children: readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').length - 1,
    };
  }

  /** Waits until it has no children, and gives what it holds then. @throws Error where some stay */
  async rested(): Promise<Sample> {
    const end = performance.now() + AGREE_MILLIS;
    for (;;) {
      const sample = await this.sample();
      if (sample.children === 0) return sample;
      if (performance.now() > end) throw new Error(`${sample.children} children are left`);
      await pause(AGAIN_MILLIS);
    }
  }

  /**
   * Waits until everything that it told agrees with what its clients counted.
   * @throws Error that says what does not agree
   */
  async agreed(clients: Counted): Promise<void> {
    await this.#until(() => [
      ...differences({
        clients: clients.requests,
        lines: this.told.requests,
        records: this.exported.requests,
      }),
      ...differences({
        clients: clients.processes,
        lines: this.told.processes,
        records: this.exported.processes,
      }).map((text) => `process ${text}`),
      ...differences({ clients: spansOf(clients), spans: this.spans }),
    ]);
  }

  /** Waits until its metrics agree as well, and nothing is active. @throws Error that says what isn't so */
  async measured(clients: Counted): Promise<void> {
    await this.#until(() => [
      ...differences({ clients: clients.requests, metric: this.metered.requests }),
      ...differences({ clients: clients.processes, metric: this.metered.processes }).map(
        (text) => `process ${text}`,
      ),
      ...(this.active === 0 ? [] : [`active by the metrics: ${this.active}`]),
    ]);
  }

  /** Never settles, unless it ends and nobody asked it to: then it rejects with what it complained of. */
  async died(): Promise<never> {
    const [code, signal] = await this.#exit;
    if (!this.#asked) throw new Error(`it died (${signal ?? code}): ${this.complaints.join('\n')}`);
    return new Promise(() => {});
  }

  /** Asks it to end; gives its exit code. */
  async end(): Promise<unknown> {
    this.#asked = true;
    this.child.kill('SIGTERM');
    const [code] = await this.#exit;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#asked = true;
    this.child.kill('SIGKILL');
    await this.#exit;
    await this.#place?.[Symbol.asyncDispose]();
    await this.#receiver[Symbol.asyncDispose]();
  }

  async #until(faults: () => string[]): Promise<void> {
    const signal = AbortSignal.timeout(AGREE_MILLIS);
    while (faults().length > 0) {
      await once(this, 'told', { signal }).catch(() => {
        throw new Error(`what was counted does not agree:\n  ${faults().join('\n  ')}`);
      });
    }
  }

  #tell(text: string): void {
    const line = readLine(text);
    if (line.level !== 'INFO' && this.complaints.length < 20) this.complaints.push(text);
    const { 'event.name': name, method, result } = line.fields;
    count(this.told, name, method, result);
    this.emit('told');
  }

  #take({ resourceLogs = [], resourceMetrics = [], resourceSpans = [] }: Batch): void {
    for (const { logRecords } of resourceLogs.flatMap(({ scopeLogs }) => scopeLogs)) {
      for (const { eventName, attributes } of logRecords) {
        count(this.exported, eventName, textOf(attributes, 'method'), textOf(attributes, 'result'));
      }
    }
    for (const { spans } of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
      for (const { name } of spans) {
        this.spans.count(name === 'exec_server.process' ? 'processes' : 'requests');
      }
    }
    const metrics = resourceMetrics.at(-1)?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    if (metrics.length > 0) this.#measure(metrics);
    this.emit('told');
  }

  #measure(metrics: readonly Metric[]): void {
    const metered = newCounted();
    let active = 0;
    for (const { name, sum } of metrics) {
      for (const { attributes, asInt, asDouble } of sum?.dataPoints ?? []) {
        const value = Number(asInt ?? asDouble);
        const result = textOf(attributes, 'result') ?? '';
        if (ACTIVES.includes(name)) active += Math.abs(value);
        if (name === REQUESTS_METRIC) {
          metered.requests.count(`${textOf(attributes, 'method')} ${result}`, value);
        }
        if (name === PROCESSES_METRIC) metered.processes.count(result, value);
      }
    }
    this.metered = metered;
    this.active = active;
  }
}

/** Starts a collector that hands everything on as JSON. */
async function collectFor(url: string): Promise<Place> {
  const place = await Place.find({ OTELCOL_UPSTREAM: 'otlp_http', OTELCOL_UPSTREAM_HTTP: url });
  const upstream = { encoding: 'json', compression: 'none' };
  await place.start(
    Object.entries(upstream).map(
      ([name, value]) => `--set=exporters.otlp_http/upstream.${name}=${value}`,
    ),
  );
  return place;
}

function count(counted: Counted, name?: string, method?: string, result?: string): void {
  if (name === REQUEST_EVENT) counted.requests.count(`${method} ${result}`);
  if (name === PROCESS_EVENT) counted.processes.count(String(result));
}

function spansOf({ requests, processes }: Counted): Tally {
  const tally = new Tally();
  if (requests.total > 0) tally.count('requests', requests.total);
  if (processes.total > 0) tally.count('processes', processes.total);
  return tally;
}

function textOf(attributes: readonly Attribute[] | undefined, name: string): string | undefined {
  return attributes?.find(({ key }) => key === name)?.value.stringValue;
}

function readLine(text: string): { level: string; fields: Readonly<Record<string, string>> } {
  try {
    const { level, fields } = JSON.parse(text);
    return { level, fields };
  } catch {
    return { level: 'not JSON', fields: {} };
  }
}
