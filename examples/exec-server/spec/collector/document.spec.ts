import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { OTLP_QUEUE_DEFAULTS, QUEUE_DEFAULTS } from 'otel-exec/export';
import { adoptChild, killTree } from '../../../../scripts/collector/children.js';
import {
  configurations,
  describePorts,
  locateCollector,
  validateConfiguration,
} from '../../../../scripts/collector/index.js';
import { Arrivals } from './arrivals.js';
import { Place } from './place.js';
import { untilEvent } from './waiting.js';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const text = readFileSync(`${root}docs/collector.md`, 'utf8');
const commands = [...text.matchAll(/```sh\n(.*)\n```/g)].map(([, command = '']) => command);

describe('docs/collector.md', () => {
  it('has commands that do what it says, on other ports', async () => {
    await using place = await Place.find();
    const environment = { ...describePorts(place.ports), OTELCOL_DATA_DIR: place.directory };
    await using collector = new Terminal(find('npm run collector'), environment);
    await collector.told(/Everything is ready/);
    const start = find('npm start').replace('4318', String(place.ports.http));
    await using server = new Terminal(`${start} -- --listen ws://127.0.0.1:0`);
    const [, url] = await server.told(/^(ws:\/\/127\.0\.0\.1:\d+)$/m);
    const command = find('npm run exec').replace('exec --', `exec -- --url ${url}`);
    await using client = new Terminal(command);
    expect(await client.ended, client.output).to.equal(0);
    expect(client.output).to.match(/^done$/m);
    server.end();
    await server.ended;
    const { spans, logRecords } = await new Arrivals(place.directory).read();
    expect([...spans.values()].map(({ name }) => name)).to.include('exec_server.process');
    expect(logRecords.size).to.be.above(1);
    expect(await place.readMetrics()).to.match(/^exec_server_processes_finished_total\{.*\} 1$/m);
  });

  it('has the settings that the queue has', () => {
    expect(text).to.include(`at most ${QUEUE_DEFAULTS.maxQueueSize.toLocaleString('en')} items`);
    const { maxExportBatchSize } = OTLP_QUEUE_DEFAULTS;
    expect(text).to.include(`at most ${maxExportBatchSize.toLocaleString('en')} items`);
    expect(text).to.include(`of ${QUEUE_DEFAULTS.maxExportBatchSize} where`);
  });

  it('has a docker command with which the configuration is valid and every port is open', async () => {
    const docker = find('docker run');
    const variables = [...docker.matchAll(/-e (\w+)=(\S+)/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    const env = Object.fromEntries(variables);
    expect(Object.keys(env)).to.have.members(['OTELCOL_HOST', 'OTELCOL_DATA_DIR']);
    const collector = await locateCollector();
    expect(await validateConfiguration(collector, configurations.main, env)).to.equal(undefined);
    const published = [...docker.matchAll(/-p 127\.0\.0\.1:(\d+):\1 /g)].map(([, port]) => port);
    const configured = readFileSync(configurations.main, 'utf8').matchAll(/_PORT:-(\d+)\}/g);
    expect(published).to.have.members([...configured].map(([, port]) => port));
  });
});

function find(part: string): string {
  const found = commands.filter((command) => command.includes(part));
  expect(found, part).to.have.length(1);
  return found[0] ?? '';
}

/** A command in a shell of its own. */
class Terminal implements AsyncDisposable {
  output = '';
  /** Settles to its exit code when it and all that it started have ended. */
  readonly ended: Promise<number | null>;
  readonly #child;
  readonly #changes = new EventEmitter();

  constructor(command: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = adoptChild(
      spawn('sh', ['-c', command], {
        cwd: root,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      }),
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
        this.#changes.emit('change');
      });
    }
    this.ended = once(this.#child, 'close').then(([code]) => code);
  }

  /** Waits until its output matches. */
  async told(pattern: RegExp): Promise<RegExpExecArray> {
    let match: RegExpExecArray | null = null;
    const matches = () => {
      match = pattern.exec(this.output);
      return match !== null;
    };
    await untilEvent(this.#changes, 'change', matches, () => `${pattern} in ${this.output}`);
    return match as unknown as RegExpExecArray;
  }

  /** What closing the terminal does, more or less. */
  end(): void {
    killTree(this.#child, 'SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.end();
    await this.ended;
  }
}
