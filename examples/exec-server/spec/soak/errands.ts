import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DEFAULT_LIMITS } from '../../limits.js';
import type { Answer, CountingClient } from './counting-client.js';

/** Numbers that look random and come again with the same seed: from 0, below a bound. */
export type Dice = (below: number) => number;

/** Something that clients do, with its end. @throws Error where the server does something else */
export type Errand = (client: CountingClient, dice: Dice) => Promise<void>;

const SLOW_MILLIS = 30;
const WAIT_MILLIS = 60_000;
const HERE = pathToFileURL(process.cwd()).href;
const THIS_PROGRAM = pathToFileURL(process.execPath).href;
const A_FILE = import.meta.url;
let lastProcess = 0;

/** Errands that leave nothing behind on their connection. */
export const ERRANDS: Readonly<Record<string, Errand>> = {
  async asksWhatThereIs(client) {
    succeeded(await client.request('initialize', { clientName: 'soak' }));
    succeeded(await client.request('environment/info'));
    succeeded(await client.request('fs/getMetadata', { path: A_FILE }));
    succeeded(await client.request('fs/readFile', { path: A_FILE }));
  },

  async asksForWhatThereIsNot(client) {
    failed(await client.request('no/such/method', {}));
    failed(await client.request('fs/readFile', { path: 'file:///no/such/file' }));
    failed(await client.request('fs/readFile', { path: THIS_PROGRAM }));
    failed(await client.request('process/start', { argv: 'not a list' }));
    failed(await client.request('process/read', { processId: 'nobody' }));
    failed(await client.request('process/signal', { processId: 'nobody', signal: 'kill' }));
    succeeded(await client.request('process/terminate', { processId: 'nobody' }));
    succeeded(await client.request('process/write', { processId: 'nobody', chunk: '' }));
  },

  async asksMuchAtOnce(client, dice) {
    const many = Array.from({ length: 20 + dice(200) }, () => client.request('environment/info'));
    for (const answer of await Promise.all(many)) succeeded(answer);
  },

  async runsToTheEnd(client, dice) {
    const code = dice(3);
    const processId = await start(client, `printf hello; exit ${code}`, {}, async (id) => {
      await client.told('process/closed', id);
    });
    client.expectProcess(code === 0 ? 'success' : 'error');
    const { result } = succeeded(await client.request('process/read', { processId }));
    if (result?.exitCode !== code) throw new Error(`expected ${code}: ${JSON.stringify(result)}`);
  },

  async startsWhatThereIsNot(client) {
    const argv = ['/no/such/program'];
    failed(await client.request('process/start', { processId: nextId(), argv, cwd: HERE }));
    client.expectProcess('spawn_failed');
  },

  async talks(client, dice) {
    let exited: Promise<void> | undefined;
    const processId = await start(client, 'cat', { pipeStdin: true }, (id) => {
      exited = client.told('process/closed', id);
    });
    for (let i = dice(5); i >= 0; i--) {
      const chunk = Buffer.alloc(1 + dice(10_000), 'x').toString('base64');
      succeeded(await client.request('process/write', { processId, chunk, writeId: `w${i}` }));
    }
    succeeded(await client.request('process/write', { processId, chunk: '', closeStdin: true }));
    await exited;
    client.expectProcess('success');
  },

  async usesTerminal(client, dice) {
    let exited: Promise<void> | undefined;
    const processId = await start(client, 'read line; exit 0', { tty: true }, (id) => {
      exited = client.told('process/closed', id);
    });
    const isCalledOff = dice(3) === 0;
    if (isCalledOff) succeeded(await client.request('process/terminate', { processId }));
    else {
      const chunk = Buffer.from('hello\n').toString('base64');
      succeeded(await client.request('process/write', { processId, chunk }));
    }
    await exited;
    client.expectProcess(isCalledOff ? 'terminated' : 'success');
  },

  async signals(client, dice) {
    let exited: Promise<void> | undefined;
    const processId = await start(client, 'exec sleep 100', {}, (id) => {
      exited = client.told('process/closed', id);
    });
    const signal = ['interrupt', 'terminate', 'kill', 'hangup', 'quit', 'user1'][dice(6)];
    succeeded(await client.request('process/signal', { processId, signal }));
    await exited;
    client.expectProcess('terminated');
  },

  async callsOff(client) {
    const processId = await start(client, 'exec sleep 100', {}, () => {});
    const read = client.request('process/read', { processId, waitMs: WAIT_MILLIS });
    client.notify('$/cancelRequest', { id: client.sent });
    succeeded(await client.request('process/terminate', { processId }));
    succeeded(await read);
    client.expectProcess('terminated');
  },

  async readsSlowly(client, dice) {
    const script = `head -c ${500_000 + dice(1_000_000)} /dev/zero`;
    let closed: Promise<void> | undefined;
    await start(client, script, {}, (id) => {
      closed = client.told('process/closed', id);
    });
    client.wire.pause();
    const reads = Array.from({ length: 50 }, () => client.request('fs/readFile', { path: A_FILE }));
    await pause(SLOW_MILLIS);
    client.wire.resume();
    for (const answer of await Promise.all(reads)) succeeded(answer);
    await closed;
    client.expectProcess('success');
  },
};

/** Has its connection keep as much output of closed processes as it ever will. */
export const fillWhatIsKept: Errand = async (client) => {
  const { retainedBytes, retainedClosedBytes } = DEFAULT_LIMITS;
  for (let kept = 0; kept <= retainedClosedBytes; kept += retainedBytes) {
    let closed: Promise<void> | undefined;
    await start(client, `head -c ${retainedBytes} /dev/zero`, {}, (id) => {
      closed = client.told('process/closed', id);
    });
    await closed;
    client.expectProcess('success');
  }
};

/**
 * Leaves running processes and requests without an answer behind; the connection has to be given up after
 * it. What was sent has been read by the server then: it reads in order.
 */
export const leaveThingsUndone: Errand = async (client, dice) => {
  for (let i = dice(4); i >= 0; i--) {
    const options = { tty: dice(4) === 0 };
    const processId = await start(client, 'read line; exec sleep 100', options, () => {});
    client.expectProcess('terminated');
    void client.request('process/read', { processId, afterSeq: 1_000, waitMs: WAIT_MILLIS });
  }
  succeeded(await client.request('environment/info'));
};

async function start(
  client: CountingClient,
  script: string,
  options: object,
  prepare: (processId: string) => unknown,
): Promise<string> {
  const processId = nextId();
  const prepared = prepare(processId);
  const env = { PATH: process.env.PATH };
  const argv = ['sh', '-c', script];
  const params = { processId, argv, cwd: HERE, env, pipeStdin: true, ...options };
  succeeded(await client.request('process/start', params));
  await prepared;
  return processId;
}

function nextId(): string {
  return `soak-${++lastProcess}`;
}

function succeeded(answer: Answer): Answer {
  if (answer.error !== undefined) throw new Error(`failed: ${JSON.stringify(answer)}`);
  return answer;
}

function failed(answer: Answer): void {
  if (answer.error === undefined) throw new Error(`did not fail: ${JSON.stringify(answer)}`);
}
