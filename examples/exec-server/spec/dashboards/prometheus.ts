import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { shipped } from './dashboard.js';

/** One series of a query's answer at one moment. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One rule as Prometheus has it. */
export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  readonly duration?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly alerts?: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** Scrape targets, `host:port`, by job. */
export type Targets = Readonly<Record<string, readonly string[]>>;

const HOW_TO_GET = 'prometheus and promtool are missing; on Debian: apt-get install prometheus';

/**
 * Skips a suite where there is no Prometheus.
 * @throws Error instead, where `CI` is set
 */
export function needPrometheus(suite: Mocha.Context): void {
  const missing = ['prometheus', 'promtool'].some(
    (name) => spawnSync(name, ['--version']).error !== undefined,
  );
  if (!missing) return;
  if (process.env.CI) throw new Error(HOW_TO_GET);
  process.stderr.write(`  skipped: ${HOW_TO_GET}\n`);
  suite.skip();
}

/** A real Prometheus on a free port, which scrapes and evaluates its rules once a second. */
export class Prometheus implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #url: string;

  private constructor(child: ChildProcess, directory: string, url: string) {
    this.#child = child;
    this.#directory = directory;
    this.#url = url;
  }

  static async start(targets: Targets): Promise<Prometheus> {
    const directory = await mkdtemp(join(tmpdir(), 'otel-exec-prometheus-'));
    await writeFile(join(directory, 'prometheus.yml'), configuration());
    await writeTargets(directory, targets);
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      return new Prometheus(child, directory, await listening(child));
    } catch (error) {
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  /** Scrapes these and no others from now on. */
  async setTargets(targets: Targets): Promise<void> {
    await writeTargets(this.#directory, targets);
  }

  /** @throws Error with what Prometheus says against the query */
  async query(query: string): Promise<Sample[]> {
    const { result } = await this.#get<{
      result: { metric: Sample['metric']; value: unknown[] }[];
    }>('query', { query });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  async labelValues(label: string, selector: string): Promise<string[]> {
    return this.#get(`label/${label}/values`, { 'match[]': selector });
  }

  async rules(): Promise<Rule[]> {
    const { groups } = await this.#get<{ groups: { rules: Rule[] }[] }>('rules', {});
    return groups.flatMap((group) => group.rules);
  }

  async #get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${body.error}: ${JSON.stringify(parameters)}`);
    return body.data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill();
      await exited;
    }
    await rm(this.#directory, { recursive: true });
  }
}

/** The shipped configuration, but every second, with its rules where they are and targets from a file. */
function configuration(): string {
  const replacements: readonly [RegExp, string][] = [
    [/_interval: 15s/g, '_interval: 1s'],
    [/alerts[.]yaml/, shipped('alerts.yaml')],
    [/static_configs:\n +- targets: .+/, "file_sd_configs: [{ files: ['targets.json'] }]"],
  ];
  return replacements.reduce(
    (text, [from, to]) => {
      if (text.search(from) < 0) throw new Error(`prometheus.yaml has no ${from}`);
      return text.replace(from, to);
    },
    readFileSync(shipped('prometheus.yaml'), 'utf8'),
  );
}

async function writeTargets(directory: string, targets: Targets): Promise<void> {
  const groups = Object.entries(targets).map(([job, hosts]) => ({
    targets: hosts,
    labels: { job },
  }));
  await writeFile(join(directory, 'targets.json'), JSON.stringify(groups));
}

async function listening(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  if (child.stderr === null) throw new Error('stderr is not piped');
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    const [, address] = /msg="Listening on".* address=(\S+)/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr.resume();
    return `http://${address}`;
  }
  throw new Error(`prometheus ended:\n${lines.join('\n')}`);
}
