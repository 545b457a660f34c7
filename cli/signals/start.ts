import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { isSet, readDestinations, type Variables } from './destinations.js';
import { Notices } from './notices.js';
import { readPatience } from './patience.js';

/** A file that an SDK reads in place of every variable. */
const CONFIG_FILES = ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'];

/** What signals are started with; every member is optional. */
export interface SignalsOptions {
  /** What is observed: the `service.name`, unless a variable says another. */
  readonly service?: string | undefined;
  /** Default: random ids. */
  readonly idGenerator?: IdGenerator | undefined;
}

/** The SDK of this command line. */
export interface Signals {
  /** Whether nothing is recorded, because `OTEL_SDK_DISABLED` says so. */
  readonly disabled: boolean;
  /** Whether they go where the `OTEL_*` variables say; otherwise events are lines on stderr. */
  readonly exported: boolean;
  /** Writes a line on stderr of this command line's own, filtered as any other. Never throws. */
  tell(level: 'INFO' | 'WARN' | 'ERROR', message: string): void;
  /**
   * Sends what was recorded, in as long as `OTEL_EXEC_SHUTDOWN_TIMEOUT` says, milliseconds, and tells what was lost.
   * Never rejects. To be called once, when nothing more will be recorded.
   */
  end(): Promise<void>;
}

/**
 * Starts the SDK, as the standard variables say, and no more of it than they ask for. Never rejects: where it
 * can't be started, a line says so, and nothing is recorded.
 */
export async function startSignals(
  variables: Variables,
  { service, idGenerator }: SignalsOptions = {},
): Promise<Signals> {
  const { disabled, exported, lines } = readDestinations(variables);
  const notices = new Notices(variables);
  const tell = notices.tell.bind(notices);
  notices.listenToDiagnostics();
  for (const name of CONFIG_FILES) {
    if (!disabled && isSet(variables[name])) {
      tell('WARN', `${name} is not read here: name the exporter in OTEL_* variables`);
    }
  }
  let send: ((withinMillis: number) => Promise<void>) | undefined;
  try {
    if (exported && !disabled) {
      const { startExportedSignals } = await import('./exported-signals.js');
      send = await startExportedSignals(variables, {
        service,
        idGenerator,
        lines: lines ? notices.processor : undefined,
        warn: (message) => tell('WARN', message),
      });
    } else if (!disabled) {
      const { startLineSignals } = await import('./line-signals.js');
      startLineSignals(notices.processor, idGenerator);
    }
  } catch (error) {
    tell('ERROR', `could not start, so nothing is recorded: ${String(error)}`);
  }
  const end = async () => {
    await send?.(readPatience(variables)).catch(() => {});
    await notices.end();
  };
  return { disabled, exported, tell, end };
}
