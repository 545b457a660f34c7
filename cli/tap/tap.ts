import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { ExecTelemetry, extractEnvironment } from 'otel-exec';
import { childProcess } from 'otel-exec/conventions';
import { StdioTap } from 'otel-exec/stdio';
import { type Ending, endAs, endingOf } from '../child/ending.js';
import { forwardSignals } from '../child/forwarded-signals.js';
import { startSignals } from '../signals/start.js';
import { noticeView } from '../signals/view.js';
import { Injection } from './injection.js';
import { closeStandard, flushed, passedOn } from './standard-streams.js';

/** What a tap may be asked for. */
export interface TapOptions {
  /** Whether what the server asks its client is observed as well. */
  readonly client?: boolean;
  /** Whether requests that carry no trace context are given one. */
  readonly inject?: boolean;
}

interface Server extends ChildProcess {
  readonly stdin: Writable;
  readonly stdout: Socket;
}

/**
 * Starts a server, passes on what it hears on stdin and says on stdout, and observes its requests and its process.
 * Ends the program as the server ended.
 */
export async function tap(
  command: string,
  args: readonly string[],
  { client = false, inject = false }: TapOptions,
): Promise<void> {
  const context = extractEnvironment();
  const signals = await startSignals(process.env);
  const warn = (message: string) => signals.tell('WARN', message);
  const telemetry = new ExecTelemetry({ conventions: { process: childProcess() } });
  const observed = telemetry.process({ executable: command }, { context });
  const conversation = new StdioTap({
    context,
    client,
    refused: () =>
      warn('what comes in on stdin is no JSON-RPC; it is passed on, and no request is observed'),
  });
  const server = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: observed.environment(),
  }) as Server;
  observed.observe(server);
  const stopForwarding = forwardSignals(server);
  const ended = endingOf(server);
  connect(server, conversation, inject ? new Injection(conversation, warn) : undefined);
  void noticeView(process.env, 'tap').then((notice) => notice && signals.tell('INFO', notice));
  const ending = await ended;
  stopForwarding();
  if (ending.error) tellFailure(command, ending);
  await passedOn(server.stdout);
  await flushed(process.stdout);
  closeStandard(1);
  closeStandard(0);
  conversation.close();
  telemetry.shutdown();
  await signals.end();
  endAs(ending);
}

/** Connects a server with who talks to it. What either end closes is closed at the other. */
function connect(server: Server, conversation: StdioTap, injection: Injection | undefined): void {
  const { stdin, stdout } = process;
  const ignore = () => {};
  if (injection) {
    stdin.pipe(injection).pipe(server.stdin);
  } else {
    stdin.pipe(server.stdin);
    stdin.on('data', (chunk: Buffer) => conversation.received(chunk));
  }
  server.stdout.pipe(stdout);
  server.stdout.on('data', (chunk: Buffer) => conversation.sent(chunk));

  stdin.on('error', () => server.stdin.end());
  server.stdin.on('error', ignore);
  server.stdin.once('close', () => {
    stdin.destroy();
    closeStandard(0);
  });
  stdout.on('error', () => server.stdout.destroy());
  server.stdout.on('error', ignore);
  server.stdout.once('close', async () => {
    conversation.close();
    await flushed(stdout);
    closeStandard(1);
  });
}

function tellFailure(command: string, { error, code }: Ending): void {
  const what = code === 127 ? 'command not found' : error?.message;
  process.stderr.write(`otel-exec: ${command}: ${what}\n`);
}
