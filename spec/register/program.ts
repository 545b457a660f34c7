import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Which flags and variables a program is started with. */
export interface Run {
  /** Default: `--import otel-exec/register`. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: this repository. */
  readonly cwd?: string | URL;
}

const REGISTER = ['--import', 'otel-exec/register'];
const repository = new URL('../../..', import.meta.url);

/** Starts a program with no OpenTelemetry variables but those given. */
export function startProgram(
  source: string,
  { flags = REGISTER, env = {}, cwd = repository }: Run = {},
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return spawn(process.execPath, [...flags, '--input-type=module', '--eval', source], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** Waits for a program's end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** Runs a program to its end. */
export function runProgram(source: string, run?: Run): Promise<Ended> {
  return ended(startProgram(source, run));
}

interface Body {
  resourceSpans?: { scopeSpans: { spans: { name: string }[] }[] }[];
  resourceLogs?: { scopeLogs: { logRecords: { eventName: string }[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}

/** A collector that takes OTLP as JSON over HTTP and tells what arrived. */
export class Collector implements AsyncDisposable {
  /** Names of the spans, events and metrics that arrived. */
  readonly received = { spans: [] as string[], events: [] as string[], metrics: new Set<string>() };
  readonly #server = createServer(async (request, response) => {
    if (this.#answers) this.#take(request, (await json(request)) as Body);
    if (this.#answers) response.end('{}');
  });
  readonly #answers: boolean;

  /** @param answers whether requests are answered at all */
  constructor(answers = true) {
    this.#answers = answers;
  }

  /** Resolves when the first request comes in. */
  get reached(): Promise<unknown> {
    return once(this.#server, 'request');
  }

  /** Listens, and gives the variables that send everything here. */
  async listen(): Promise<NodeJS.ProcessEnv> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
  }

  #take(_request: IncomingMessage, body: Body): void {
    const { received } = this;
    for (const { scopeSpans } of body.resourceSpans ?? []) {
      received.spans.push(...scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
    }
    for (const { scopeLogs } of body.resourceLogs ?? []) {
      const records = scopeLogs.flatMap(({ logRecords }) => logRecords);
      received.events.push(...records.map(({ eventName }) => eventName));
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      const metrics = scopeMetrics.flatMap(({ metrics }) => metrics);
      for (const { name } of metrics) received.metrics.add(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
