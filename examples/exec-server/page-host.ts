import {
  type Chart,
  type Choice,
  type HostAction,
  type HostCommand,
  type HostCommands,
  LivePage,
  type PageHost,
  RetainedOutput,
  type Subject,
} from 'otel-exec-cli/page';
import { Access, type AccessOptions } from './access.js';
import type { Connection } from './connection.js';
import { VERSION } from './environment-info.js';
import type { ExecService } from './service.js';
import type { Transport } from './transport.js';
import { type OutputStream, signalParams } from './wire.js';

const MAX_RUNS = 100;

const CHARTS: readonly Chart[] = [
  {
    title: 'Per second',
    shows: 'rate',
    lines: [
      { metric: 'exec_server.requests', label: 'requests' },
      { metric: 'exec_server.processes.finished', label: 'processes' },
    ],
  },
  {
    title: 'Active',
    shows: 'level',
    lines: [
      { metric: 'exec_server.requests.active', label: 'requests' },
      { metric: 'exec_server.processes.active', label: 'processes' },
    ],
  },
  {
    title: 'Request duration',
    shows: 'quantiles',
    lines: [{ metric: 'exec_server.request.duration', label: 'requests' }],
  },
  {
    title: 'Process duration',
    shows: 'quantiles',
    lines: [{ metric: 'exec_server.process.duration', label: 'processes' }],
  },
];

const MODES: readonly Choice[] = [
  { value: 'shell', label: 'Shell', hint: 'In a shell: pipes, variables, several commands' },
  {
    value: 'direct',
    label: 'Direct',
    hint: 'Without a shell: the first word is the executable',
  },
  { value: 'terminal', label: 'Terminal', hint: 'In a shell on a terminal of its own' },
];

const EXAMPLES: readonly Choice[] = [
  { value: 'sleep 3', label: 'sleep 3' },
  { value: 'for i in 1 2 3 4 5; do echo step $i; sleep 0.5; done', label: 'five steps' },
  { value: 'sleep 0.4; exit 3', label: 'a failure' },
];

/** The page of this server, whose readers are those that may be its clients. */
export function serverPage(host: ServicePageHost, access: AccessOptions): LivePage {
  const guard = new Access(access);
  return new LivePage({
    title: 'exec-server',
    version: VERSION,
    charts: CHARTS,
    host,
    refusalOf: (request) => guard.refusalOf(request),
  });
}

/** A command that was run from the page. */
interface Run {
  readonly line: string;
  readonly output: RetainedOutput;
  alive: boolean;
}

/**
 * What the page lets its readers do: run commands, signal them and see their output, as any client of the
 * service could. All pages are one client, whose requests are measured like those of others.
 */
export class ServicePageHost implements PageHost {
  readonly subjectAttribute = 'process_id';
  readonly commands: HostCommands = {
    modes: MODES,
    examples: EXAMPLES,
    run: (command) => this.#run(command),
  };
  readonly actions: readonly HostAction[] = [
    {
      name: 'terminate',
      label: 'Terminate',
      ends: true,
      perform: async (processId) => void (await this.#ask('process/terminate', { processId })),
    },
    {
      name: 'signal',
      label: 'Send signal',
      choices: signalParams.shape.signal.options.map((value) => ({ value, label: value })),
      perform: async (processId, signal) =>
        void (await this.#ask('process/signal', { processId, signal })),
    },
  ];
  readonly #runs = new Map<string, Run>();
  #service: ExecService | undefined;
  #client: LocalClient | undefined;
  #environment: Promise<Environment> | undefined;

  /** Takes the service that is to do it. */
  serve(service: ExecService): void {
    this.#service = service;
  }

  find(processId: string): Subject | undefined {
    const run = this.#runs.get(processId);
    if (run === undefined) return undefined;
    return {
      name: run.line,
      actionable: run.alive,
      output: (signal) => run.output.read(signal),
    };
  }

  async #run({ subject: processId, line, mode }: HostCommand): Promise<void> {
    const run: Run = { line, output: new RetainedOutput(), alive: true };
    this.#runs.set(processId, run);
    this.#forgetOldest();
    try {
      this.#environment ??= this.#initialize();
      const { shell, cwd } = await this.#environment;
      const argv = mode === 'direct' ? wordsOf(line) : [shell.path, '-c', line];
      const tty = mode === 'terminal';
      await this.#ask('process/start', {
        processId,
        argv,
        cwd,
        tty,
        envPolicy: { inherit: 'core' },
      });
    } catch (error) {
      this.#ended(run);
      throw error;
    }
  }

  async #initialize(): Promise<Environment> {
    const answer = await this.#ask('initialize', { clientName: 'exec-server-page' });
    return (answer as { environmentInfo: Environment }).environmentInfo;
  }

  async #ask(method: string, params: object): Promise<unknown> {
    if (this.#service === undefined || this.#service.stopping) {
      throw new Error('the server takes no commands now');
    }
    this.#client ??= new LocalClient(this.#service, (...notified) => this.#notified(...notified));
    return this.#client.request(method, params);
  }

  #notified(method: string, { processId, stream, chunk }: Notified): void {
    const run = this.#runs.get(processId);
    if (run === undefined) return;
    if (method === 'process/exited') run.alive = false;
    if (method === 'process/closed') this.#ended(run);
    if (stream !== undefined && chunk !== undefined) {
      run.output.write(stream, Buffer.from(chunk, 'base64'));
    }
  }

  #ended(run: Run): void {
    run.alive = false;
    run.output.end();
  }

  #forgetOldest(): void {
    for (const [processId, { alive }] of this.#runs) {
      if (this.#runs.size <= MAX_RUNS) return;
      if (!alive) this.#runs.delete(processId);
    }
  }
}

/** The words of a command without a shell; quotes hold words together. */
export function wordsOf(line: string): string[] {
  const words = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

interface Notified {
  readonly processId: string;
  readonly stream?: OutputStream;
  readonly chunk?: string;
}

interface Environment {
  readonly shell: { readonly path: string };
  readonly cwd: string;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type NotificationListener = (method: string, params: Notified) => void;

/** A client in the server's own process. */
class LocalClient implements Transport {
  readonly name = 'in_process';
  readonly bufferedBytes = 0;
  readonly #service: ExecService;
  readonly #listener: NotificationListener;
  readonly #connection: Connection;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(service: ExecService, listener: NotificationListener) {
    this.#service = service;
    this.#listener = listener;
    this.#connection = service.accept(this);
  }

  /** Asks for something. @returns the result; rejects with what the server says was wrong */
  request(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#connection.receive(JSON.stringify({ id, method, params }));
    });
  }

  send(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text);
    if (method !== undefined) {
      this.#listener(method, params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  pause(): void {}

  resume(): void {}

  close(reason: string): void {
    this.#service.release(this.#connection);
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
