import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import {
  type Carrier,
  clearEnvironment,
  ExecTelemetry,
  errorTypeOf,
  extractMessage,
  type InferenceFacts,
  type InferenceOutcome,
  injectEnvironment,
  injectMessage,
  outcomeOfResponse,
  type ProcessFacts,
  type RequestOutcome,
  RpcTap,
  type ToolCallFacts,
} from 'otel-exec';
import { formatLine, LineFilterError, type LineRecord, parseLineFilter } from 'otel-exec/lines';
import { type CapturedSignals, SignalCapture } from 'otel-exec/testing';
import { anything, type Hostile, objectWith, plain } from './hostile.js';
import { type Budget, holds } from './property.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const PARTS = 3;
const WITH_SPAN = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
});

interface World {
  readonly telemetry: ExecTelemetry;
  readonly tap: RpcTap;
  readonly lifecycles: { readonly settled: boolean }[];
}

interface Step {
  take(world: World): unknown;
  [fc.toStringMethod](): string;
}

/** Something that a host does, with values that are made anew each time. */
function step(
  name: string,
  inputs: readonly fc.Arbitrary<Hostile>[],
  act: (world: World, ...values: unknown[]) => unknown,
): fc.Arbitrary<Step> {
  return fc.tuple(...inputs).map((hostile) => ({
    take: (world) => act(world, ...hostile.map((each) => each.make())),
    [fc.toStringMethod]: () => `${name}(${hostile.map((each) => fc.stringify(each)).join(', ')})`,
  }));
}

const text = plain(fc.string());
const number = plain(fc.nat());
const id = plain(fc.constantFrom(0, 1, 2, 'a', null, undefined));
const carrier = objectWith({
  traceparent: plain(fc.constantFrom(TRACEPARENT, '00-0-0-0', '')),
  tracestate: text,
});
const message = fc.oneof(
  objectWith({
    id,
    method: plain(fc.constantFrom('known', 'other', 'tools/call', '$/cancelRequest', '__proto__')),
    params: objectWith({ id, requestId: id, name: text, _meta: carrier }),
    jsonrpc: plain(fc.constant('2.0')),
    trace: carrier,
    traceparent: plain(fc.constant(TRACEPARENT)),
  }),
  anything,
);
const response = fc.oneof(
  objectWith({ id, result: anything, error: objectWith({ code: number, message: text }) }),
  anything,
);
const outcome = fc.oneof(
  objectWith({
    result: plain(fc.constantFrom('success', 'error', 'cancelled', 'disconnected', 'odd')),
    errorType: text,
    code: number,
    error: anything,
    exitCode: number,
  }),
  anything,
);
const processFacts = objectWith({
  id,
  executable: text,
  argv: plain(fc.array(fc.string())),
  conversationId: text,
  toolCallId: text,
});
const callFacts = objectWith({
  tool: text,
  model: text,
  provider: text,
  callId: text,
  conversationId: text,
  turnId: text,
  source: plain(fc.constant('direct')),
  index: number,
});
const choice = (...names: string[]) => plain(fc.constantFrom(...names));

const STEPS: readonly fc.Arbitrary<Step>[] = [
  step('received', [message], ({ tap, lifecycles }, value) => {
    const request = tap.received(value);
    if (request !== undefined) lifecycles.push(request);
  }),
  step('sent', [response], ({ tap }, value) => {
    if (!Object.is(tap.sent(value), value)) throw new Error('the host sends something else');
  }),
  step('cancelled', [fc.oneof(id, anything)], ({ tap }, value) => tap.cancelled(value)),
  step('closed', [], ({ tap }) => tap.close()),
  step('request', [message, outcome, anything], ({ telemetry, lifecycles }, value, end, facts) => {
    const request = telemetry.request(value, { facts: facts as object });
    lifecycles.push(request);
    request.dequeued();
    request.settle(end as RequestOutcome);
  }),
  step('serve', [message, response, choice('returns', 'throws', 'rejects')], serve),
  step(
    'process',
    [processFacts, anything, anything, choice('exits', 'fails', 'is left')],
    ({ telemetry, lifecycles }, facts, one, other, how) => {
      const started = telemetry.process(facts as ProcessFacts);
      lifecycles.push(started);
      started.environment(one as Record<string, string>);
      started.spawned(other as number);
      if (how === 'exits') started.exited(one as number, other as string);
      if (how === 'fails') started.spawnFailed(one);
      started.terminationRequested();
    },
  ),
  step('toolCall', [callFacts], ({ telemetry }, facts) => {
    using call = telemetry.toolCall(facts as ToolCallFacts);
    call.executionStarted();
  }),
  step('inference', [callFacts, outcome], ({ telemetry, lifecycles }, facts, end) => {
    const inference = telemetry.inference(facts as InferenceFacts);
    lifecycles.push(inference);
    inference.settle(end as InferenceOutcome);
  }),
  step('extractMessage', [message], (_, value) => extractMessage(value, ROOT_CONTEXT)),
  step(
    'injectMessage',
    [message, choice('trace', 'meta', 'message')],
    (_, value, where) => void injectMessage(value as object, WITH_SPAN, where as Carrier),
  ),
  step('injectEnvironment', [fc.oneof(carrier, anything)], (_, value) => {
    injectEnvironment(WITH_SPAN, value as Record<string, string>);
  }),
  step('clearEnvironment', [fc.oneof(carrier, anything)], (_, value) => {
    clearEnvironment(value as Record<string, string>);
  }),
  step('outcomeOfResponse', [response], (_, value) => void outcomeOfResponse(value)),
  step('errorTypeOf', [anything], (_, value) => void errorTypeOf(value)),
];

/** What the handler gave or threw is what the host gets. */
async function serve({ telemetry }: World, value: unknown, end: unknown, how: unknown) {
  const given = how === 'returns' && isThenable(end) ? undefined : [end];
  const handler = () => {
    if (how === 'throws') throw end;
    return how === 'rejects' ? Promise.reject(end) : given?.[0];
  };
  const back = await telemetry.serve(value, handler).then(
    (returned) => ({ got: [returned], thrown: false }),
    (reason: unknown) => ({ got: [reason], thrown: true }),
  );
  if (!Object.is(back.got[0], given?.[0])) throw new Error('the host got something else back');
  if (back.thrown !== (how !== 'returns')) throw new Error('the handler ended otherwise');
}

const hosts = fc.array(fc.oneof(...STEPS), { minLength: 1, maxLength: 20 });

/** Gives the library anything in its own process. @throws Error that says which promise it broke */
export async function fuzzLibrary({ seconds, seed }: Budget): Promise<void> {
  const budget = { seconds: seconds / PARTS, seed };
  await holds('in a host, nothing throws and everything settles once', budget, hosts, observe);
  await holds('a line filter is read, or refused by name', budget, filters, readFilter);
  await holds('a record is one line of JSON', budget, records, readBack);
}

async function observe(all: readonly Step[]): Promise<void> {
  await using capture = new SignalCapture().register();
  const telemetry = new ExecTelemetry({
    ...capture.providers,
    methods: ['known'],
    captureCommandArgs: true,
  });
  const world = {
    telemetry,
    tap: new RpcTap(telemetry, { transport: 'stdio' }),
    lifecycles: [] as World['lifecycles'],
  };
  for (const { take } of all) await take(world);
  world.tap.close();
  telemetry.shutdown();
  const open = world.lifecycles.filter(({ settled }) => !settled).length;
  if (open > 0) throw new Error(`${open} lifecycles never settle`);
  agree(await capture.signals());
}

function agree({ spans, events, metrics }: CapturedSignals): void {
  const sum = (name: string) => (metrics[name] ?? []).reduce((all, { value }) => all + value, 0);
  const eventsOf = (name: string) =>
    events.filter((event) => event.name === `codex.${name}`).length;
  const spansOf = (kind: string, name?: string) =>
    spans.filter((span) => span.kind === kind && (name === undefined || span.name === name)).length;
  const counts = {
    requests: [
      spansOf('SERVER'),
      eventsOf('exec_server_request'),
      sum('exec_server.requests'),
      sum('exec_server.request.duration'),
    ],
    processes: [
      spansOf('INTERNAL', 'exec_server.process'),
      eventsOf('exec_server_process'),
      sum('exec_server.processes.finished'),
      sum('exec_server.process.duration'),
    ],
    inferences: [spansOf('CLIENT'), eventsOf('inference'), sum('gen_ai.client.operation.duration')],
  };
  for (const [what, [first, ...rest]] of Object.entries(counts)) {
    if (rest.some((count) => count !== first)) throw new Error(`${what}: ${[first, ...rest]}`);
  }
  for (const name of ['requests', 'processes', 'connections']) {
    const active = sum(`exec_server.${name}.active`);
    if (active !== 0) throw new Error(`${active} ${name} are active`);
  }
}

const directive = fc
  .tuple(
    fc.constantFrom('', 'a', 'a::b', 'codex_core', '[x]', '"'),
    fc.constantFrom('', '=', '==', ','),
    fc.constantFrom('', 'info', 'WARN', 'off', '3', 'loud'),
  )
  .map((parts) => parts.join(''));
const filters = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(directive, { maxLength: 300 }).map((all) => all.join(',')),
);

async function readFilter(text: string): Promise<void> {
  try {
    parseLineFilter(text);
  } catch (error) {
    if (!(error instanceof LineFilterError)) throw error;
  }
}

const binary = plain(fc.string({ unit: 'binary' }));
const records = objectWith({
  hrTime: plain(fc.tuple(fc.integer(), fc.integer())),
  hrTimeObserved: plain(fc.tuple(fc.nat(), fc.nat())),
  severityNumber: plain(fc.integer({ min: -1, max: 30 })),
  body: anything,
  eventName: binary,
  attributes: fc.oneof(
    plain(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything({ withBigInt: true }))),
    objectWith({ message: binary, deep: anything, other: anything }),
  ),
  instrumentationScope: objectWith({ name: binary }),
});

async function readBack(record: Hostile): Promise<void> {
  const line = formatLine(record.make() as LineRecord);
  if (/[\r\n]/.test(line)) throw new Error('more than a line');
  const { fields, timestamp } = JSON.parse(line);
  if (typeof fields !== 'object' || Number.isNaN(Date.parse(timestamp))) throw new Error(line);
}

function isThenable(value: unknown): boolean {
  try {
    return typeof (value as { then?: unknown } | undefined)?.then === 'function';
  } catch {
    return true;
  }
}
