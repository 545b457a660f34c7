import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  ConnectionLost,
  type Notified,
  WireClient,
  type WireClientOptions,
} from './wire-client.js';

/** One command and where its streams go. */
export interface Command {
  readonly url: string;
  readonly token: string | undefined;
  readonly cwd: string | undefined;
  readonly argv: readonly string[];
  readonly trace: WireClientOptions['trace'];
  /** What goes to its input; without it, its input is empty. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted, it terminates the command. */
  readonly signal: AbortSignal;
}

/**
 * Runs a command through an exec server.
 * @returns its exit code
 * @throws ServerError where it can't be started, ConnectionLost or another Error where the connection fails
 */
export async function runCommand(command: Command): Promise<number> {
  const { url, token, trace, signal, stdin } = command;
  const processId = randomUUID();
  const output = new CommandOutput(command);
  const client = await WireClient.connect(url, {
    token,
    trace,
    onNotification: (notified) => output.take(notified, client),
  });
  const terminate = () => void client.request('process/terminate', { processId }).catch(() => {});
  try {
    await start(client, processId, command);
    signal.addEventListener('abort', terminate);
    if (signal.aborted) terminate();
    if (stdin !== undefined) void sendInput(client, processId, stdin).catch(() => {});
    const exitCode = await Promise.race([output.exitCode, client.closed]);
    if (exitCode === undefined) throw new ConnectionLost('the server closed the connection');
    return exitCode;
  } finally {
    signal.removeEventListener('abort', terminate);
    await client.close();
  }
}

async function start(client: WireClient, processId: string, command: Command): Promise<void> {
  const { environmentInfo } = await client.request<{ environmentInfo: { cwd: string } }>(
    'initialize',
    { clientName: 'otel-exec example' },
  );
  client.notify('initialized');
  await client.request('process/start', {
    processId,
    argv: command.argv,
    cwd: uriOf(command.cwd) ?? environmentInfo.cwd,
    envPolicy: { inherit: 'all' },
    pipeStdin: command.stdin !== undefined,
  });
}

async function sendInput(client: WireClient, processId: string, stdin: Readable): Promise<void> {
  let writes = 0;
  const write = (chunk: Buffer, closeStdin: boolean) =>
    client.request('process/write', {
      processId,
      writeId: String(++writes),
      chunk: chunk.toString('base64'),
      closeStdin,
    });
  for await (const chunk of stdin) await write(Buffer.from(chunk), false);
  await write(Buffer.alloc(0), true);
}

/** Takes a command's output to where it belongs, and its exit code. */
class CommandOutput {
  /** Settles when the command is over and all its output was taken. */
  readonly exitCode: Promise<number>;
  readonly #command: Command;
  #exitCode = 0;
  #closed: (exitCode: number) => void = () => {};

  constructor(command: Command) {
    this.#command = command;
    this.exitCode = new Promise((resolve) => {
      this.#closed = resolve;
    });
  }

  take({ method, params }: Notified, client: WireClient): void {
    if (method === 'process/output') this.#write(params, client);
    else if (method === 'process/exited') this.#exitCode = Number(params.exitCode);
    else if (method === 'process/closed') this.#closed(this.#exitCode);
  }

  #write({ stream, chunk }: Notified['params'], client: WireClient): void {
    const { stdout, stderr } = this.#command;
    const target = stream === 'stderr' ? stderr : stdout;
    if (target.write(Buffer.from(String(chunk), 'base64'))) return;
    client.pause();
    target.once('drain', () => client.resume());
  }
}

function uriOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return path.startsWith('file:') ? path : pathToFileURL(path).href;
}
