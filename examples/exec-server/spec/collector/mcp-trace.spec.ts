import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { readPart } from '../../../../scripts/readme-parts.js';
import { Arrivals } from './arrivals.js';
import { Place } from './place.js';
import { AddressedProcess, programPath, run, type Variables } from './programs.js';
import { drawTraces } from './trace-drawing.js';

const register = pathToFileURL(programPath('../dist/register.js')).href;

interface Case {
  readonly server: 'first' | 'second';
  readonly transport: 'stdio' | 'HTTP';
  /** The traces beside that of the tool's call: how the client finds out which revision its server speaks, and begins. */
  readonly beside: readonly string[];
}

const PROCESS = 'agent     CLIENT   node';
const UNANSWERED = 'agent     CLIENT   server/discover';
const DISCOVERED = atBothEnds('server/discover');
const INITIALIZED = ['initialize', 'notifications/initialized'].map(atBothEnds);

const CASES: readonly Case[] = [
  { server: 'first', transport: 'stdio', beside: [PROCESS, ...INITIALIZED] },
  { server: 'first', transport: 'HTTP', beside: [UNANSWERED, ...INITIALIZED] },
  { server: 'second', transport: 'stdio', beside: [PROCESS, ...INITIALIZED] },
  { server: 'second', transport: 'HTTP', beside: [DISCOVERED] },
];

describe('An agent, its MCP server and what a tool starts, none of which knows of telemetry,', () => {
  let place: Place;

  beforeEach(async () => {
    place = await Place.find();
    await place.start();
  });

  afterEach(() => place[Symbol.asyncDispose]());

  for (const { server, transport, beside } of CASES) {
    it(`are one trace where the server is of the ${server} SDK over ${transport}`, async () => {
      const path = `examples/exec-server/spec/collector/programs/${server}-mcp-server.js`;
      const env = { ...place.exporting(), NODE_OPTIONS: `--import ${register}` };
      await (transport === 'HTTP' ? askOverHttp(path, env) : ask(programPath(path), env));

      const { spans } = await new Arrivals(place.directory).read();
      const traces = drawTraces([...spans.values()]);
      const drawn = readPart(readFileSync(programPath('../README.md'), 'utf8'), 'mcp-trace');
      expect(traces).to.have.members([drawn, ...beside]);
    });
  }
});

async function ask(server: string, env: Variables): Promise<void> {
  const agent = 'examples/exec-server/spec/collector/programs/mcp-agent.js';
  const ended = await run(agent, [server], { ...env, OTEL_SERVICE_NAME: 'agent' });
  expect(ended).to.deep.include({ code: 0, stdout: '', stderr: '' });
}

async function askOverHttp(path: string, env: Variables): Promise<void> {
  const named = { ...env, OTEL_SERVICE_NAME: 'server' };
  await using server = await AddressedProcess.serve(path, ['http'], named);
  await ask(server.url, env);
  await server.stop();
}

function atBothEnds(name: string): string {
  return `agent     CLIENT   ${name}\nserver    SERVER     ${name}`;
}
