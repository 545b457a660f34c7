import { formatWithOptions } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { BUFFER_LIMIT } from '../lines/sink.js';
import { stderrSink } from '../lines/stderr-sink.js';

const PREFIX = 'otel-exec/register:';
/** How many warnings and errors are shown in one period; the others are counted. */
const SHOWN_PER_PERIOD = 50;
const PERIOD_MILLIS = 10_000;

/**
 * Tells the operator something on stderr, through the same sink as the event lines and within what may wait
 * there for a slow reader. Never throws.
 */
export function tell(message: string, ...details: unknown[]): void {
  try {
    if (stderrSink().waiting >= BUFFER_LIMIT) countUnseen(1);
    else write(formatWithOptions({}, message, ...details));
  } catch {}
}

/**
 * Sends `diag` to stderr: stdout belongs to the program, and the SDK's own diag logger writes there from
 * `info` on. Of warnings and errors, 50 in ten seconds are shown, then how many more there were.
 * @param level as `OTEL_LOG_LEVEL` has it; anything else is `warn`
 */
export function sendDiagnosticsToStderr(level: string | undefined): void {
  const logger: DiagLogger = {
    error: tellRarely('error'),
    warn: tellRarely('warn'),
    info: tellAlways('info'),
    debug: tellAlways('debug'),
    verbose: tellAlways('verbose'),
  };
  const logLevel = levelOf(level) ?? DiagLogLevel.WARN;
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
}

let shown = 0;
let unseen = 0;
let period: NodeJS.Timeout | undefined;

function tellAlways(name: string) {
  return (message: string, ...details: unknown[]) => tell(`${name}: ${message}`, ...details);
}

function tellRarely(name: string) {
  const tellOne = tellAlways(name);
  return (message: string, ...details: unknown[]) => {
    beginPeriod();
    if (shown++ < SHOWN_PER_PERIOD) tellOne(message, ...details);
    else countUnseen(1);
  };
}

function beginPeriod(): void {
  if (period !== undefined) return;
  period = setTimeout(endPeriod, PERIOD_MILLIS).unref();
  process.once('exit', endPeriod);
}

function endPeriod(): void {
  clearTimeout(period);
  process.off('exit', endPeriod);
  period = undefined;
  shown = 0;
  if (unseen === 0 || stderrSink().waiting >= BUFFER_LIMIT) return;
  const count = unseen;
  unseen = 0;
  write(`warn: ${count} more diagnostics were not shown`, count);
}

function countUnseen(count: number): void {
  unseen += count;
  beginPeriod();
}

/** @param stands how many diagnostics the text stands for */
function write(text: string, stands = 1): void {
  stderrSink().write(`${PREFIX} ${text}\n`, () => {
    unseen += stands;
  });
}

function levelOf(level: string | undefined): DiagLogLevel | undefined {
  const name = level?.trim().toUpperCase() ?? '';
  return name in DiagLogLevel ? DiagLogLevel[name as keyof typeof DiagLogLevel] : undefined;
}
