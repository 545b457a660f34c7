import { ok } from 'node:assert/strict';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { takeServerTurns } from './measure/server-rounds.js';
import { serverTables } from './measure/server-tables.js';
import { Worker } from './measure/worker.js';
import { buildClient } from './variants/client.js';
import { EXAMPLE, ExecServer } from './variants/exec-server.js';
import { installNative, nativeHome } from './variants/native.js';
import { SERVERS } from './variants/servers.js';

const NO_CLIENT =
  'Not measured: Go, which compiles the client, is not installed on the machine that wrote this.';

/** The example server over a WebSocket, and the native one, by what is exported. */
export const server: Part = async () => {
  const client = await buildClient();
  if (client === undefined) {
    return [{ title: 'Requests of a server', unit: '', about: NO_CLIENT, rows: [] }];
  }
  const sink = new Worker('sink', new URL('workers/sink.js', import.meta.url));
  const servers: ExecServer[] = [];
  try {
    const { port } = await sink.told();
    const endpoint = `http://127.0.0.1:${port}`;
    const native = await installNative();
    const endpointOf = (name: string) => `${endpoint}/${encodeURIComponent(name)}`;
    for (const { name, env, args } of SERVERS.example) {
      const variables = { OTEL_EXEC_LOG: 'off', ...env(endpointOf(name)) };
      servers.push(await ExecServer.start(name, [...EXAMPLE, ...args], variables, client));
    }
    for (const { name, exports } of native === undefined ? [] : SERVERS.native) {
      const variables = await nativeHome(name, exports ? endpointOf(name) : undefined);
      const command = [native as string, 'exec-server', '--listen', 'ws://127.0.0.1:0'];
      servers.push(await ExecServer.start(name, command, variables, client));
    }
    const measured = await takeServerTurns(servers);
    for (const each of servers.splice(0)) await each.end();
    checkExports(await sink.told(), new Set(measured.keys()));
    return serverTables(measured);
  } finally {
    for (const each of servers) await each.end();
    await sink.end();
  }
};

/** @throws AssertionError where a server didn't export what its name says, or more */
function checkExports(told: Readonly<Record<string, number>>, names: ReadonlySet<string>): void {
  for (const { name, signals } of [...SERVERS.example, ...SERVERS.native]) {
    if (!names.has(name)) continue;
    for (const signal of ['traces', 'metrics', 'logs'] as const) {
      const count = told[`/${encodeURIComponent(name)}/v1/${signal}`] ?? 0;
      ok(count > 0 === signals.includes(signal), `${name}: ${count} exports of ${signal}`);
    }
  }
}

await runAlone(import.meta.url, server);
