import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { PipeTransport } from './pipe-transport.js';

/** One request of a conversation. */
export interface Question {
  readonly method: string;
  readonly params?: Record<string, unknown>;
}

type Converse = (child: ChildProcessWithoutNullStreams) => Promise<unknown>;

/** What the answers were: results, or the codes and messages of errors. */
async function outcomeOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { code, message };
  }
}

async function askAll(client: Client, questions: readonly Question[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const question of questions) {
    answers.push(await outcomeOf(client.request(question, ResultSchema)));
  }
  return answers;
}

/** The SDK's own client over stdio, asking one thing after another. */
export function mcpOverStdio(questions: readonly Question[]): Converse {
  return async (child) => {
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(new PipeTransport(child));
    const answers = await askAll(client, questions);
    await client.close();
    return answers;
  };
}

/** The SDK's own client over the streamable HTTP transport, at the port that the program was given. */
export function mcpOverHttp(questions: readonly Question[]) {
  return async (
    child: ChildProcessWithoutNullStreams,
    { PORT }: Readonly<Record<string, string | undefined>>,
  ): Promise<unknown> => {
    await untilListening(child);
    const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${PORT}/mcp`));
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(transport as Transport);
    const answers = await askAll(client, questions);
    await transport.terminateSession();
    await client.close();
    child.kill('SIGINT');
    return answers;
  };
}

function untilListening(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = '';
    const hear = (chunk: Buffer) => {
      told += chunk;
      if (/listening|running on/.test(told)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`it ended before it listened: ${told}`)));
  });
}

/** Waits for a program that ends by itself. */
export async function untilEnd(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** A port that nothing listens on, for programs that can't be asked to choose one. */
export async function freePort(): Promise<Record<string, string>> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return { PORT: String(port) };
}

/** Some servers publish diagnostics to those alone who say that they take them. */
const CAPABILITIES = { textDocument: { publishDiagnostics: {} } };
/** A document that a client has open. */
export interface Document {
  readonly languageId: string;
  readonly text: string;
  /** Where it is, as a URL. Default: nowhere. */
  readonly folder?: string;
}

/** The client of `vscode-languageserver-protocol` over stdio, with one document open. */
export function languageOverStdio(
  { folder, ...document }: Document,
  questions: readonly Question[],
): Converse {
  const uri = `${folder ?? 'file:///nowhere'}/document`;
  const textDocument = { uri, version: 1, ...document };
  return async (child) => {
    const client = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    client.onRequest('workspace/configuration', () => [null]);
    client.onRequest('client/registerCapability', () => null);
    const diagnosed = new Promise<void>((resolve) => {
      client.onNotification('textDocument/publishDiagnostics', () => resolve());
    });
    client.listen();
    const answers: unknown[] = [];
    const ask = async ({ method, params }: Question) => {
      answers.push(await outcomeOf(client.sendRequest(method, params ?? {})));
    };
    await ask({
      method: 'initialize',
      params: { processId: null, rootUri: folder ?? null, capabilities: CAPABILITIES },
    });
    await client.sendNotification('initialized', {});
    await client.sendNotification('textDocument/didOpen', { textDocument });
    await diagnosed;
    for (const { method, params } of questions) {
      await ask({ method, params: { textDocument: { uri: textDocument.uri }, ...params } });
    }
    await client.sendRequest('shutdown');
    await client.sendNotification('exit');
    await untilEnd(child);
    client.dispose();
    return answers;
  };
}
