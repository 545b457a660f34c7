import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { METHOD_NAMES } from '../methods.js';
import { expectSignals } from './expected-signals.js';
import { type RawClient, Serving } from './serving.js';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Recorded {
  readonly from: 'client' | 'server';
  readonly message: Message;
}

const RECORDINGS = new URL('../../../../examples/exec-server/spec/recordings/', import.meta.url);

/** Where this server differs from the recorded one on purpose: it asks first, and kills after a grace. */
const TERMINATED = { recorded: 137, here: 143 };

describe('exec-server recordings, replayed', () => {
  let folder: string;
  let serving: Serving;
  let client: RawClient;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
    serving = await Serving.start();
    client = await serving.connectRaw();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('answers the script as the recorded server did, and measures all of it', async () => {
    const recorded = read('wire-script', folder);
    const answered = await replay(recorded, client);
    for (const { message } of recorded.filter(({ from }) => from === 'server')) {
      expectLike(answered.get(keyOf(message)), message, methodOf(recorded, message));
    }
    expect(answered.get('process/output proc-1 1')?.params?.chunk).to.equal('aGkK');
    client.socket.close();
    await serving.server.stop();
    const start = { method: 'process/start', result: 'success' } as const;
    const failed = { method: 'process/start', result: 'error' } as const;
    await expectSignals(serving.capture, {
      requests: [
        { method: 'initialize', result: 'success' },
        ...[start, start, start, start],
        { ...failed, code: -32600 },
        { ...failed, code: -32603 },
        { method: 'process/terminate', result: 'success' },
        { method: 'unknown', result: 'error', code: -32601, handled: false },
        { method: 'process/read', result: 'success' },
        { method: 'process/write', result: 'success' },
        { method: 'fs/getMetadata', result: 'success' },
      ],
      processes: [
        { id: 'proc-1', result: 'success', exitCode: 0, executable: 'bash' },
        { id: 'proc-2', result: 'spawn_failed', errorType: 'ENOENT', executable: 'nonexistent' },
        { id: 'proc-3', result: 'error', errorType: '3', exitCode: 3, executable: 'bash' },
        { id: 'proc-4', result: 'terminated', executable: 'sleep' },
        { id: 'proc-5', result: 'terminated', executable: 'sleep' },
      ],
    });
  });

  it('answers a real client as the recorded server did, but for what it does not have', async () => {
    const recorded = read('wire-client', folder);
    const answered = await replay(recorded, client);
    for (const { message } of recorded.filter(({ from }) => from === 'server')) {
      expectLike(answered.get(keyOf(message)), message, methodOf(recorded, message));
    }
    const chunks = [...answered.values()].filter(({ method }) => method === 'process/output');
    const output = chunks
      .map(({ params }) => Buffer.from(String(params?.chunk), 'base64'))
      .join('');
    const { events } = await serving.capture.signals();
    const [started] = events.filter(({ name }) => name === 'codex.exec_server_process_started');
    expect(started?.attributes).to.include({
      'conversation.id': '01a203b7-f412-7d42-8a51-2201e0bbe505',
      'tool.call_id': 'c1',
    });
    expect(output).to.match(/^hello-from-exec\n(.*\n)*TRACEPARENT=00-[\da-f]{32}-[\da-f]{16}-01\n/);
  });
});

function read(name: string, folder: string): Recorded[] {
  const here = pathToFileURL(folder).href;
  return readFileSync(fileURLToPath(new URL(`${name}.ndjson`, RECORDINGS)), 'utf8')
    .replaceAll('file:///workspace', here)
    .replaceAll('file:///home/user', here)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Sends the client's half; before each message it waits for what the server had sent by then. */
async function replay(
  recorded: readonly Recorded[],
  client: RawClient,
): Promise<Map<string, Message>> {
  const answered = new Map<string, Message>();
  for (const { from, message } of recorded) {
    if (from === 'client') client.socket.send(JSON.stringify(message));
    while (from === 'server' && !answered.has(keyOf(message))) {
      const came = (await client.next()) as Message;
      answered.set(keyOf(came), came);
    }
  }
  return answered;
}

function keyOf({ id, method, params }: Message): string {
  return method === undefined ? `answer ${id}` : `${method} ${params?.processId} ${params?.seq}`;
}

function methodOf(recorded: readonly Recorded[], { id, method }: Message): string {
  const request = recorded.find(({ from, message }) => from === 'client' && message.id === id);
  return method ?? String(request?.message.method);
}

function expectLike(actual: Message | undefined, recorded: Message, method: string): void {
  const lacking = !METHOD_NAMES.includes(method) && recorded.id !== undefined;
  if (lacking) {
    expect(actual?.error?.code, method).to.equal(-32601);
  } else if (recorded.error !== undefined) {
    expect(actual?.error, method).to.deep.equal(recorded.error);
  } else {
    expect(shapeOf(actual), method).to.deep.equal(shapeOf(recorded));
    const wanted = determined(method, recorded.result ?? recorded.params ?? {});
    expect(actual?.result ?? actual?.params, method).to.deep.include(wanted);
  }
}

/** The values that are the same on every machine. */
function determined(method: string, values: Record<string, unknown>): Record<string, unknown> {
  const { exitCode } = values;
  switch (method) {
    case 'initialize':
      return {};
    case 'process/output':
      return { processId: values.processId, seq: values.seq, stream: values.stream };
    case 'process/exited':
      return { ...values, ...(exitCode === TERMINATED.recorded && { exitCode: TERMINATED.here }) };
    case 'fs/getMetadata':
      return { isDirectory: true, isFile: false, isSymlink: false };
    default:
      return values;
  }
}

/** Names and types of all members; of lists, those of the first element, if both have one. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}
