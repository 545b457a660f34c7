import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { basename } from 'node:path';
import type { Writable } from 'node:stream';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { ExecTelemetry, extractEnvironment } from 'otel-exec';
import { program } from 'otel-exec/conventions';
import { StdioTap } from 'otel-exec/stdio';
import { endedAsAsked } from '../child/asked.js';
import { startChild } from '../child/child.js';
import { heldDescriptors } from '../child/descriptors.js';
import { endAs } from '../child/ending.js';
import { Forwarding } from '../child/forwarding.js';
import { tellSpawnFailure } from '../child/spawn-failure.js';
import { Usage } from '../child/usage.js';
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
 * @param argv the server's command first
 */
export async function tap(
  argv: readonly [string, ...string[]],
  { client = false, inject = false }: TapOptions,
): Promise<void> {
  const [executable] = argv;
  const held = heldDescriptors();
  const usage = new Usage();
  const forwarding = new Forwarding();
  const context = extractEnvironment(process.env, ROOT_CONTEXT);
  const signals = await startSignals(process.env, { service: basename(executable) });
  const warn = (message: string) => signals.tell('WARN', message);
  const telemetry = new ExecTelemetry({ conventions: { process: program() } });
  const observed = telemetry.process({ executable, argv }, { context });
  const conversation = new StdioTap({
    context: observed.context,
    client,
    refused: () =>
      warn('what comes in on stdin is no JSON-RPC; it is passed on, and no request is observed'),
  });

  const child = startChild(argv, observed.environment(), held, ['pipe', 'pipe', 'inherit']);
  const server = child.process as Server | undefined;
  if (server !== undefined) {
    observed.spawned(server.pid);
    forwarding.follow(server);
    usage.follow(server);
    connect(server, conversation, inject ? new Injection(conversation, warn) : undefined);
  }
  void noticeView(process.env, 'tap').then((notice) => notice && signals.tell('INFO', notice));

  const { exit, error } = await child.ended;
  if (exit === undefined) observed.spawnFailed(error);
  else {
    if (endedAsAsked(exit, forwarding.asked)) observed.terminationRequested();
    observed.exited(exit.code, exit.signal, usage.used);
  }
  await Promise.race([server && allPassedOn(server), forwarding.interrupted()]);
  closeStandard(1);
  closeStandard(0);
  conversation.close();
  telemetry.shutdown();
  const ending = exit ?? tellSpawnFailure(executable, error);
  await Promise.race([signals.end(), forwarding.interrupted()]);
  forwarding.end();
  endAs(ending);
}

async function allPassedOn(server: Server): Promise<void> {
  await passedOn(server.stdout);
  await flushed(process.stdout);
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
