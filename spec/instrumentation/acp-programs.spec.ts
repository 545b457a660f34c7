import { once } from 'node:events';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { PRELOAD } from './hooked-programs.js';
import { ProgramFolder, textOf } from './program-folder.js';

const agent = `
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';
let cancelled = () => {};
acp.agent()
  .onRequest('initialize', () => ({ protocolVersion: 1, agentCapabilities: {} }))
  .onRequest('session/new', () => ({ sessionId: 's' }))
  .onRequest('session/prompt', async ({ params, client }) => {
    const [{ text }] = params.prompt;
    if (text === 'leave') process.exit(0);
    if (text === 'fail') throw new acp.RequestError(-32000, 'secret');
    if (text === 'hold') {
      await new Promise((resolve) => {
        cancelled = resolve;
        client.notify('session/update', {
          sessionId: 's',
          update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'held' } },
        });
      });
      return { stopReason: 'cancelled' };
    }
    await client.request('session/request_permission', {
      sessionId: 's',
      toolCall: { toolCallId: 't' },
      options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }],
    });
    await client.request('fs/read_text_file', { sessionId: 's', path: '/a' });
    return { stopReason: 'end_turn' };
  })
  .onNotification('session/cancel', () => cancelled())
  .connect(acp.ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
`;

const client = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';
const program = fileURLToPath(new URL('agent.mjs', import.meta.url));
const child = spawn(process.execPath, [...process.execArgv, program], { stdio: ['pipe', 'pipe', 'inherit'] });
const exited = once(child, 'exit');
const { agent } = acp.client()
  .onRequest('session/request_permission', () => ({ outcome: { outcome: 'selected', optionId: 'yes' } }))
  .onRequest('fs/read_text_file', () => ({ content: 'secret' }))
  .onNotification('session/update', () => agent.notify('session/cancel', { sessionId: 's' }))
  .connect(acp.ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout)));
const prompt = (text) => agent.request('session/prompt', { sessionId: 's', prompt: [{ type: 'text', text }] });
await agent.request('initialize', { protocolVersion: 1, clientCapabilities: {} });
await agent.request('session/new', { cwd: '/', mcpServers: [] });
await prompt('ask');
await prompt('fail').catch(() => {});
await prompt('hold');
await agent.request('_no/such', {}).catch(() => {});
await prompt('leave').catch(() => {});
await exited;
process.disconnect();
`;

/** The same on the classes that the SDK had at first, with whatever name and export it has. */
const earlyAgent = (name: string) => `
import { Readable, Writable } from 'node:stream';
import * as acp from '${name}';
console.error = () => {};
let cancelled = () => {};
class Agent {
  #connection;
  constructor(connection) { this.#connection = connection; }
  initialize() { return { protocolVersion: 1, agentCapabilities: {} }; }
  newSession() { return { sessionId: 's' }; }
  authenticate() {}
  cancel() { cancelled(); }
  async prompt({ prompt: [{ text }] }) {
    const connection = this.#connection;
    if (text === 'leave') process.exit(0);
    if (text === 'fail') throw new acp.RequestError(-32000, 'secret');
    if (text === 'hold') {
      await new Promise((resolve) => {
        cancelled = resolve;
        connection.sessionUpdate({
          sessionId: 's',
          update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'held' } },
        });
      });
      return { stopReason: 'cancelled' };
    }
    await connection.requestPermission({
      sessionId: 's',
      toolCall: { toolCallId: 't' },
      options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }],
    });
    await connection.readTextFile({ sessionId: 's', path: '/a' });
    return { stopReason: 'end_turn' };
  }
}
new acp.AgentSideConnection(
  (connection) => Object.freeze(new Agent(connection)),
  acp.ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)),
);
`;

const earlyClient = (name: string) => `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Readable, Writable } from 'node:stream';
import * as acp from '${name}';
console.error = () => {};
const program = fileURLToPath(new URL('agent.mjs', import.meta.url));
const child = spawn(process.execPath, [...process.execArgv, program], { stdio: ['pipe', 'pipe', 'inherit'] });
const exited = once(child, 'exit');
const agent = new acp.ClientSideConnection(
  () => ({
    requestPermission: () => ({ outcome: { outcome: 'selected', optionId: 'yes' } }),
    readTextFile: () => ({ content: 'secret' }),
    sessionUpdate: () => agent.cancel({ sessionId: 's' }),
  }),
  acp.ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout)),
);
const prompt = (text) => agent.prompt({ sessionId: 's', prompt: [{ type: 'text', text }] });
await agent.initialize({ protocolVersion: 1, clientCapabilities: {} });
await agent.newSession({ cwd: '/', mcpServers: [] });
await prompt('ask');
await prompt('fail').catch(() => {});
await prompt('hold');
await agent.extMethod('_no/such', {}).catch(() => {});
prompt('leave').catch(() => {});
await exited;
process.disconnect();
`;

const BOTH = [
  ['initialize', 'success'],
  ['session/new', 'success'],
  ['session/request_permission', 'success'],
  ['fs/read_text_file', 'success'],
  ['session/prompt', 'success'],
  ['session/prompt', 'error'],
  ['session/prompt', 'cancelled'],
  ['_OTHER', 'error'],
  ['session/prompt', 'disconnected'],
];

describe('an agent and its client on @agentclientprotocol/sdk, neither of them changed', () => {
  const name = '@agentclientprotocol/sdk';
  const earliest = '@zed-industries/agent-client-protocol';
  for (const [version, alias, ends, as] of [
    ['0.4.5, by its earlier name', 'acp-sdk-0.4', [earlyAgent, earlyClient], earliest],
    ['0.4.5', 'acp-sdk-0.4', [earlyAgent, earlyClient], name],
    ['0.26.0', 'acp-sdk-0.26', [earlyAgent, earlyClient], name],
    [
      '0.29.0, by the classes that the earlier ones have',
      'acp-sdk-0.29',
      [earlyAgent, earlyClient],
      name,
    ],
    ['0.29.0', 'acp-sdk-0.29', [() => agent, () => client], name],
    ['1.0.0', 'acp-sdk-1.0', [() => agent, () => client], name],
    ['2.4.0', '@agentclientprotocol/sdk', [() => agent, () => client], name],
  ] as const) {
    it(`are seen from both ends over stdio, in one trace for each prompt: ${version}`, async () => {
      const [agentOf, clientOf] = ends;
      using folder = new ProgramFolder({ [as]: alias });
      folder.write('agent.mjs', agentOf(as));
      const child = folder.start('client.mjs', clientOf(as), PRELOAD);
      const lines = new LineCapture(child.stderr);
      const [stdout, exit] = await Promise.all([textOf(child.stdout), once(child, 'exit')]);
      expect(exit).to.deep.equal([0, null]);
      expect(stdout).to.equal('');
      const told = (await lines.end()).map(({ fields }) => fields);
      expect(
        told.map((event) => [event['event.name'], event.method, event.result]),
      ).to.have.deep.members(
        ['rpc.client.request', 'rpc.server.request'].flatMap((name) =>
          BOTH.map((ending) => [name, ...ending]),
        ),
      );
      const traces = new Map<unknown, number>();
      for (const { traceparent } of told) {
        const trace = String(traceparent).slice(3, 35);
        traces.set(trace, (traces.get(trace) ?? 0) + 1);
      }
      expect([...traces.values()].sort()).to.deep.equal([2, 2, 2, 2, 2, 2, 6]);
    });
  }
});
