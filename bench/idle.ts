import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { retained } from './measure/heap.js';
import type { Part, Row, Table } from './measure/part.js';
import { type Timings, takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, type Limit, rowsOf } from './measure/table.js';
import { registerSdk } from './sdk.js';
import { handle, type Message, messages } from './variants/message.js';
import { ours } from './variants/ours.js';

const TURNS = { rounds: 16, warmup: 2, turns: 4, perTurn: 10_000 };
const HEAP = { rounds: 5, times: 100_000 };
const BARE_NANOS = 200;
const BEYOND_NANOS = 700;
/** Below this, a figure is the allocator's and the compiler's, not of a lifecycle. */
const NO_BYTES = 0.2;

const OURS = 'ours';
const SPAN = "the SDK's unsampled span alone";
const ACTIVE = 'that span, active while the work is done';
const EXTRACTED = 'that span, active, its parent extracted';

const SDK_NOTE =
  'The SDK makes ids and copies attributes before its sampler drops a span, and asks every processor whether it wants the event; the context that becomes active inside carries that span. Ours can be no cheaper than the span, active, and its parent extracted where a message carries one, which alone takes longer than the goal.';

/** A request lifecycle that nobody reads. */
export const idle: Part = async () => {
  const bare = await measure(
    'Nothing installed',
    'A request lifecycle with the bare API: no SDK is registered. The empty function takes the same message.',
    [],
  );
  await registerSdk({ sampled: false, events: false, metrics: false });
  const off = await measure(
    'Target off, span unsampled',
    "An SDK is registered, its sampler drops every span, and the only processor of log records doesn't want the target. No meter provider.",
    unsampledSpans(),
  );
  return [...bare, ...off];
};

async function measure(title: string, about: string, more: readonly Variant[]): Promise<Table[]> {
  const variants = idleVariants(more);
  const timings = await takeTurns(variants, TURNS);
  const bare = { atMost: BARE_NANOS, unit: 'ns', was: '190–350 ns' };
  const bounds = variants
    .filter(({ name }) => more.length === 0 && name.startsWith(OURS))
    .map(({ name }) => ({ variant: name, ...bare }));
  const rows: Row[] = [];
  for (const { name, work } of variants) {
    const value = spreadOf(await retained(work, HEAP));
    rows.push(boundRow(name, value, { atMost: NO_BYTES, unit: 'B', text: '0 B' }));
  }
  return [
    {
      title,
      unit: 'ns',
      about,
      rows: [...rowsOf(variants, timings, bounds), ...beyondSpan(timings)],
      notes: more.length > 0 ? [SDK_NOTE] : [],
    },
    {
      title: `${title}: memory`,
      unit: 'bytes retained per lifecycle',
      about: `What is left on the heap after ${HEAP.times.toLocaleString('en-US')} lifecycles and a collection, divided by their number.`,
      rows,
    },
  ];
}

/** What ours takes beyond the SDK's own span, in the same round, where there is one. */
function beyondSpan(timings: Timings): Row[] {
  if (!timings.has(SPAN)) return [];
  const beyond = (name: string, floor: string, limit?: Limit) => {
    const least = timings.get(floor) ?? [];
    const nanos = (timings.get(name) ?? []).map(
      (each, round) => each - (least[round] ?? Number.NaN),
    );
    return boundRow(`${name}, beyond ${floor}`, spreadOf(nanos), limit);
  };
  const plain = `${OURS}, no carrier`;
  const goal = { atMost: BEYOND_NANOS, unit: 'ns', was: '2.1–3.5 µs' };
  return [
    beyond(OURS, SPAN, goal),
    beyond(plain, SPAN, goal),
    beyond(OURS, EXTRACTED),
    beyond(plain, ACTIVE),
  ];
}

function idleVariants(more: readonly Variant[]): Variant[] {
  const empty: Variant['work'] = (() => {
    const next = messages(false);
    return () => void next();
  })();
  const work = ours();
  const [plain, carried] = [messages(false), messages(true)];
  return [
    { name: 'empty function', work: empty },
    ...more,
    { name: OURS, work: () => work(carried()) },
    { name: `${OURS}, no carrier`, work: () => work(plain()) },
  ];
}

/** What the SDK itself needs for a span that its sampler drops, alone, and with what it is made for. */
function unsampledSpans(): Variant[] {
  const tracer = trace.getTracer('floor');
  const plain = messages(false);
  const carried = messages(true);
  const start = ({ method }: Message, parent: Context): Span => {
    const attributes = { 'rpc.system.name': 'jsonrpc', 'rpc.method': method };
    return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  };
  const activate = (message: Message, parent: Context) => {
    const span = start(message, parent);
    context.with(trace.setSpan(parent, span), handle, undefined, message);
    span.end();
  };
  return [
    { name: SPAN, work: () => start(plain(), ROOT_CONTEXT).end() },
    { name: ACTIVE, work: () => activate(plain(), ROOT_CONTEXT) },
    {
      name: EXTRACTED,
      work: () => {
        const message = carried();
        activate(message, propagation.extract(ROOT_CONTEXT, message.trace));
      },
    },
  ];
}

await runAlone(import.meta.url, idle);
