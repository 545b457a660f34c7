import { strictEqual } from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Attributes,
  type Context,
  type LogRecord,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { LineLogRecordProcessor } from 'otel-exec/lines';
import type { Part } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { rowsOf } from './measure/table.js';
import { EVENT, eventOf, TARGET } from './variants/event.js';
import { flatPinoLine, pinoLine, winstonLine } from './variants/peer-loggers.js';

const TURNS = { rounds: 16, warmup: 2, turns: 4, perTurn: 2_000 };
const CHECKED = 100;

/** One event's way to a line of a file. */
export const lines: Part = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otel-exec-bench-'));
  try {
    const variants = [
      ...(await Promise.all([
        pinoLine(join(folder, 'pino'), false),
        pinoLine(join(folder, 'pino-sync'), true),
        flatPinoLine(join(folder, 'pino-flat')),
        winstonLine(join(folder, 'winston')),
      ])),
      ...ourLines(folder),
    ];
    await checkLines(folder, variants);
    const filters = filterVariants(folder);
    const timings = await takeTurns(variants, TURNS);
    const filtered = await takeTurns(filters, TURNS);
    return [
      {
        title: 'One event line to a file',
        unit: 'ns',
        about:
          'The request event as one JSON line, same members and values, with the loggers’ own asynchronous file writers. ' +
          "Ours goes through the SDK's logger, which makes a log record of it for every exporter; the processor alone gets that record ready-made.",
        rows: rowsOf(variants, timings, [
          { variant: OURS, to: 'pino', atMost: 1 },
          { variant: OURS, to: 'pino, flat', atMost: 1 },
        ]),
        chart: true,
      },
      {
        title: 'Filter',
        unit: 'ns',
        about:
          '`if (logger.enabled(event)) logger.emit(event)` with a target that the filter lets through, and one that it doesn’t.',
        rows: rowsOf(filters, filtered, [{ variant: 'disabled', to: 'enabled', atMost: 0.02 }]),
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const OURS = "ours, through the SDK's logger";
const ALONE = 'ours, the processor alone';

function ourLines(folder: string): Variant[] {
  const file = (name: string) => createWriteStream(join(folder, name));
  const through = new LineLogRecordProcessor({ stream: file('through') });
  const logger = new LoggerProvider({ processors: [through] }).getLogger(TARGET);
  const alone = new LineLogRecordProcessor({ stream: file('alone') });
  const scope = { name: TARGET };
  const context = trace.setSpanContext(ROOT_CONTEXT, EVENT.spanContext);
  const next = eventOf();
  return [
    {
      name: OURS,
      against: 'pino',
      work: () => {
        logger.emit(recordOf(context, next()));
      },
      drain: () => through.forceFlush(),
    },
    {
      name: ALONE,
      against: 'pino',
      work: () => {
        const now = Date.now();
        const seconds = Math.trunc(now / 1_000);
        const { eventName, severityNumber, body } = EVENT.record;
        alone.onEmit({
          hrTime: [seconds, (now - seconds * 1_000) * 1e6],
          severityNumber,
          body,
          eventName,
          attributes: next(),
          instrumentationScope: scope,
        });
      },
      drain: () => alone.forceFlush(),
    },
  ];
}

/** Written out: members added after a spread take microseconds on Node 20, more than all the rest. */
function recordOf(context: Context, attributes: Attributes): LogRecord {
  const { eventName, severityNumber, severityText, body } = EVENT.record;
  return { eventName, severityNumber, severityText, body, context, attributes };
}

function filterVariants(folder: string): Variant[] {
  return ['enabled', 'disabled'].map((name): Variant => {
    const stream = createWriteStream(join(folder, `filter-${name}`));
    const filter = name === 'enabled' ? `warn,${TARGET}=info` : 'warn';
    const processor = new LineLogRecordProcessor({ stream, filter });
    const logger = new LoggerProvider({ processors: [processor] }).getLogger(TARGET);
    const next = eventOf();
    const question = { ...EVENT.question, context: ROOT_CONTEXT };
    return {
      name,
      ...(name === 'disabled' && { against: 'enabled' }),
      work: () => {
        if (!logger.enabled(question)) return;
        logger.emit(recordOf(ROOT_CONTEXT, next()));
      },
      drain: () => processor.forceFlush(),
    };
  });
}

/** Every logger must write as many lines, of the same members. */
async function checkLines(folder: string, variants: readonly Variant[]): Promise<void> {
  for (const { work, drain } of variants) {
    for (let i = 0; i < CHECKED; i++) work();
    await drain?.();
  }
  for (const name of ['pino', 'pino-sync', 'winston', 'through', 'alone']) {
    const written = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
    strictEqual(written.length, CHECKED, name);
    const line = JSON.parse(written[0] ?? '') as { fields: object };
    strictEqual(Object.keys(line).sort().join(), 'fields,level,target,timestamp', name);
    strictEqual(Object.keys(line.fields).sort().join(), EVENT.members, name);
  }
}

await runAlone(import.meta.url, lines);
