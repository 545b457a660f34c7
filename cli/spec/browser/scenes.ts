import type { Intake } from 'otel-exec-cli/page';
import { SendingProgram, traceIdOf } from './programs.js';

/** `otel-exec run -- make test`, which has just ended. @param start milliseconds since 1970 */
export function runOneCommand(intake: Intake, start: number): void {
  const make = new SendingProgram(intake, 'make', traceIdOf(1), start);
  const attributes = { 'process.executable.name': 'make', 'process.pid': 4711 };
  make.event('make', 'process.start', 0, { 'process.executable.name': 'make' }, 5);
  const exit = { 'process.executable.name': 'make', result: 'success', duration_ms: 8_400 };
  make.event('make', 'process.exit', 8_400, exit);
  make.span({
    id: 'make',
    name: 'make',
    at: 0,
    lasts: 8_400,
    attributes: { ...attributes, 'process.exit.code': 0 },
  });
}

/**
 * An agent that thinks, calls three tools of a server of another program, and thinks again; the third tool starts
 * a process that goes on. @param start milliseconds since 1970
 */
export function converse(intake: Intake, start: number, turn = 2): void {
  const agent = new SendingProgram(intake, 'agent', traceIdOf(turn), start);
  const tools = new SendingProgram(intake, 'tool-server', traceIdOf(turn), start);
  const chat = (id: string, at: number, lasts: number, tokens: number) =>
    agent.span({
      id,
      parent: 'turn',
      name: 'chat gpt-5',
      kind: 3,
      at,
      lasts,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-5',
        'gen_ai.usage.output_tokens': tokens,
      },
      events: [{ name: 'first token', at: lasts * 0.3 }],
    });
  const tool = (name: string, at: number, lasts: number, failed = false) => {
    const attributes = { 'gen_ai.tool.name': name, 'mcp.method.name': 'tools/call' };
    const facts = {
      attributes: failed ? { ...attributes, 'error.type': 'tool_error' } : attributes,
    };
    agent.span({
      ...facts,
      id: `c-${name}`,
      parent: 'turn',
      name: `tools/call ${name}`,
      kind: 3,
      at,
      lasts,
      failed,
    });
    const served = { parent: `c-${name}`, name: `tools/call ${name}`, kind: 2, failed };
    tools.span({ ...facts, ...served, id: `s-${name}`, at: at + 40, lasts: lasts - 70 });
    tools.event(`s-${name}`, 'mcp.server.request', at + lasts - 30, {
      method: 'tools/call',
      result: failed ? 'error' : 'success',
      duration_ms: lasts - 70,
    });
  };
  chat('think-1', 150, 2_300, 214);
  tool('search', 2_600, 1_900);
  tool('read', 2_650, 700, true);
  chat('think-2', 4_700, 1_800, 160);
  tool('build', 6_700, 600);
  const started = { 'process.executable.name': 'cargo' };
  tools.event('cargo', 'child_process.start', 6_800, started, 5);
  tools.event('cargo', 'child_process.running', 16_800, { ...started, age_ms: 10_000 });
  chat('think-3', 7_500, 2_600, 402);
  agent.span({
    id: 'turn',
    name: 'invoke_agent coder',
    at: 0,
    lasts: 10_300,
    attributes: { 'gen_ai.agent.name': 'coder', 'gen_ai.conversation.id': 'c-81' },
  });
  agent.log('context window 61 % full', 10_200, 13, 'agent.memory');
  for (let second = 2; second <= 16; second += 2) {
    const until = second * 1_000;
    agent.durations(
      'gen_ai.client.operation.duration',
      until,
      [2.3, 1.8, 2.6].slice(0, second / 4),
    );
    agent.count('gen_ai.client.token.usage', until, second * 48);
    tools.durations('mcp.server.operation.duration', until, [1.8, 0.6, 0.5].slice(0, second / 3));
    tools.count('child_process.active', until, second > 6 ? 1 : 0, false);
  }
}

/** Very many requests of three services in an hour, each with what it started. @param end milliseconds since 1970 */
export function workForAnHour(intake: Intake, end: number, spans = 20_000): void {
  const services = ['gateway', 'exec-server', 'worker'];
  const start = end - 3_600_000;
  for (let index = 0; index < spans / 4; index++) {
    const at = (index / (spans / 4)) * 3_590_000;
    const failed = index % 23 === 0;
    const programs = services.map((service) => {
      return new SendingProgram(intake, service, traceIdOf(1_000 + index), start);
    });
    const [gateway, server, worker] = programs as [SendingProgram, SendingProgram, SendingProgram];
    const took = 20 + ((index * 7) % 180);
    const attributes = { 'rpc.method': 'process/start', 'request.number': index };
    const call = { name: 'process/start', kind: 3, at, lasts: took, failed, attributes };
    gateway.span({ ...call, id: 'call' });
    server.span({ ...call, id: 'serve', parent: 'call', kind: 2, at: at + 4, lasts: took - 8 });
    const lasts = 500 * (1 + ((index * 13) % 40));
    server.span({ id: 'process', parent: 'serve', name: 'cargo', at: at + 9, lasts, failed });
    worker.span({ id: 'job', parent: 'process', name: 'compile', at: at + 30, lasts: lasts * 0.8 });
  }
}
