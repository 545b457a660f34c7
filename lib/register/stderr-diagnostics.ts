import { formatWithOptions } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';

const PREFIX = 'otel-exec/register:';

/** Tells the operator something on stderr. Never throws. */
export function tell(message: string, ...details: unknown[]): void {
  try {
    process.stderr.write(`${formatWithOptions({}, `${PREFIX} ${message}`, ...details)}\n`);
  } catch {}
}

/**
 * Sends `diag` to stderr: stdout belongs to the program, and the SDK's own diag logger writes there from
 * `info` on.
 * @param level as `OTEL_LOG_LEVEL` has it; anything else is `error`
 */
export function sendDiagnosticsToStderr(level: string | undefined): void {
  const write =
    (name: string) =>
    (message: string, ...details: unknown[]): void =>
      tell(`${name}: ${message}`, ...details);
  const logger: DiagLogger = {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    verbose: write('verbose'),
  };
  const logLevel = levelOf(level) ?? DiagLogLevel.ERROR;
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
}

function levelOf(level: string | undefined): DiagLogLevel | undefined {
  const name = level?.trim().toUpperCase() ?? '';
  return name in DiagLogLevel ? DiagLogLevel[name as keyof typeof DiagLogLevel] : undefined;
}
