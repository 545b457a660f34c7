import { SpanKind, trace } from '@opentelemetry/api';
import { ExecTelemetry } from 'otel-exec';
import { heapUsed } from './measure/heap.js';
import type { Part, Row } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, rowsOf } from './measure/table.js';
import { registerSdk, type Sdk } from './sdk.js';

const COUNTS = [1, 1_000, 100_000] as const;
const HEAP_ROUNDS = 5;
const TURNS = { rounds: 20, warmup: 8, turns: 9, perTurn: 400 };
const KIB = 1_024;

/** Processes that stay open: what each keeps, and what the others cost meanwhile. */
export const open: Part = async () => {
  const sdk = await registerSdk();
  const telemetry = new ExecTelemetry();
  const tracer = trace.getTracer('floor');
  const begin = (id: number) => telemetry.process({ id, executable: '/usr/bin/true' });
  const beginSpan = () =>
    tracer.startSpan('exec_server.process', {
      kind: SpanKind.INTERNAL,
      attributes: { 'process.executable.name': 'true' },
    });
  const rows: Row[] = [];
  for (const count of COUNTS.filter((many) => many > 1)) {
    const bytes: number[] = [];
    const beyond: number[] = [];
    for (let round = 0; round <= HEAP_ROUNDS; round++) {
      const own = await bytesEach(count, begin, (each) => each[Symbol.dispose](), sdk);
      const spans = await bytesEach(count, beginSpan, (span) => span.end(), sdk);
      if (round === 0) continue;
      bytes.push(own);
      beyond.push(own - spans);
    }
    const many = `${count.toLocaleString('en-US')} open`;
    rows.push(boundRow(`${many}, in all`, spreadOf(bytes), undefined));
    const limit = { atMost: KIB, unit: 'bytes' };
    rows.push(boundRow(`${many}, beyond the SDK's span`, spreadOf(beyond), limit));
  }
  const variants = COUNTS.map((count): Variant => {
    const others = new ExecTelemetry();
    for (let id = 0; id < count; id++) others.process({ id, executable: '/usr/bin/true' });
    return {
      name: `${count.toLocaleString('en-US')} open`,
      ...(count > 1 && { against: '1 open' }),
      work: () => void others.process({ id: 7, executable: '/usr/bin/true' }).exited(0, null),
    };
  });
  const timings = await takeTurns(variants, TURNS);
  const flat = { to: '1 open', atLeast: 0.85, atMost: 1.15 };
  return [
    {
      title: 'Open lifecycles: memory',
      unit: 'bytes each',
      about:
        'Growth of the heap by processes that have begun and not settled, divided by their number; ' +
        "beyond what as many of the SDK's spans with one attribute take in the same round.",
      rows,
    },
    {
      title: 'Open lifecycles: begin and settle',
      unit: 'ns',
      about: 'One process begins and settles while others stay open in the same telemetry.',
      rows: rowsOf(variants, timings, [
        { variant: '1,000 open', ...flat },
        { variant: '100,000 open', ...flat },
      ]),
    },
  ];
};

async function bytesEach<T>(
  count: number,
  begin: (id: number) => T,
  end: (each: T) => void,
  sdk: Sdk,
): Promise<number> {
  const all = new Array<T | undefined>(count);
  const before = await heapUsed();
  for (let id = 0; id < count; id++) all[id] = begin(id);
  const bytes = ((await heapUsed()) - before) / count;
  for (const [id, each] of all.entries()) {
    if (each !== undefined) end(each);
    all[id] = undefined;
  }
  await sdk.flush();
  return bytes;
}

await runAlone(import.meta.url, open);
