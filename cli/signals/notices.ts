import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { LineFilterError, LineLogRecordProcessor } from 'otel-exec/lines';
import { FILTER, type Variables } from './destinations.js';

/** The target of the lines in which this command line speaks of itself. */
const TARGET = 'otel-exec';
const SEVERITY = { INFO: 9, WARN: 13, ERROR: 17 } as const;
/** How many diagnostics of the SDK are told; the others are counted. */
const SHOWN = 50;

/** What this command line says of itself: lines on stderr, filtered as `OTEL_EXEC_LOG` says. */
export class Notices {
  /** Writes the lines. */
  readonly processor: LineLogRecordProcessor;
  #diagnostics = 0;

  constructor(variables: Variables) {
    try {
      this.processor = new LineLogRecordProcessor({ filter: variables[FILTER] });
    } catch (error) {
      if (!(error instanceof LineFilterError)) throw error;
      this.processor = new LineLogRecordProcessor();
      this.tell('WARN', `${FILTER} is not used: ${error.message}`);
    }
  }

  /** Writes one line. Never throws. */
  tell(level: keyof typeof SEVERITY, message: string): void {
    const now = Date.now();
    this.processor.onEmit({
      hrTime: [Math.trunc(now / 1_000), (now % 1_000) * 1e6],
      severityNumber: SEVERITY[level],
      body: message,
      attributes: {},
      instrumentationScope: { name: TARGET },
    });
  }

  /** Sends the warnings and errors of OpenTelemetry's `diag` here: stdout belongs to the command. */
  listenToDiagnostics(): void {
    const tell = (level: 'WARN' | 'ERROR') => (message: string) => {
      if (this.#diagnostics++ < SHOWN) this.tell(level, message);
    };
    const ignore = () => {};
    const logger: DiagLogger = {
      error: tell('ERROR'),
      warn: tell('WARN'),
      info: ignore,
      debug: ignore,
      verbose: ignore,
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  /** Settles when all is written, or after a moment where nobody reads. Never rejects. */
  async end(): Promise<void> {
    if (this.#diagnostics > SHOWN) {
      this.tell('WARN', `${this.#diagnostics - SHOWN} more diagnostics were not shown`);
    }
    await this.processor.shutdown();
  }
}
