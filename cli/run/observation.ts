import { randomUUID } from 'node:crypto';
import { type Context, trace } from '@opentelemetry/api';
import { ExecTelemetry, type Process, type ProcessUsage } from 'otel-exec';
import { inTime } from '../signals/patience.js';
import type { Signals } from '../signals/start.js';
import { endedAsAsked } from './asked.js';
import type { Ended } from './child.js';
import { RecallingClock } from './clock.js';
import type { RunOptions } from './command.js';
import { runConvention } from './convention.js';
import { OutputRecords } from './output-records.js';
import type { Pipe } from './pipes.js';

/** How long the end waits for what a journal has to tell, milliseconds. */
const JOURNAL_MILLIS = 1_000;

/** What is told of a command. Its moments are given, since they may lie before the SDK was there. */
export class Observation {
  readonly #signals: Signals;
  readonly #telemetry: ExecTelemetry;
  readonly #process: Process;
  readonly #clock = new RecallingClock();

  /**
   * @param argv the command first
   * @param parent the context that this program was started in
   * @param began milliseconds, as `performance.now()` has it
   */
  constructor(
    signals: Signals,
    argv: readonly [string, ...string[]],
    options: RunOptions,
    parent: Context,
    began: number,
  ) {
    const id = randomUUID();
    this.#signals = signals;
    this.#telemetry = new ExecTelemetry({
      conventions: { process: runConvention(id, options) },
      captureCommandArgs: options.captureArgs,
      journal: options.journal,
      heartbeatMillis: options.heartbeat,
      clock: this.#clock,
    });
    this.#process = this.#clock.at(began, () =>
      this.#telemetry.process({ id, executable: argv[0], argv }, { context: parent }),
    );
    const span = trace.getSpan(this.context);
    for (const link of options.link) span?.addLink(link);
  }

  /** The context with the command's span. */
  get context(): Context {
    return this.#process.context;
  }

  /** The command was started then. */
  spawned(pid: number | undefined, moment: number): void {
    this.#clock.at(moment, () => this.#process.spawned(pid));
  }

  /** Passes on what comes through pipes, and tells its lines. */
  tellOutput(pipes: readonly [stdout: Pipe, stderr: Pipe]): OutputRecords {
    return new OutputRecords(pipes, this.context);
  }

  /**
   * The command has ended, or could not be started.
   * @param asked the signals that have asked for its end
   */
  ended(
    { moment, exit, error }: Ended,
    asked: ReadonlySet<NodeJS.Signals>,
    usage: ProcessUsage | undefined,
  ): void {
    this.#clock.at(moment, () => {
      if (exit === undefined) {
        this.#process.spawnFailed(error);
        return;
      }
      if (endedAsAsked(exit, asked)) this.#process.terminationRequested();
      this.#process.exited(exit.code, exit.signal, usage);
    });
  }

  /**
   * Sends what there is, within the time that is given for it. Never rejects.
   * @param notice is told first, if there is one
   */
  async end(notice: string | undefined): Promise<void> {
    if (notice !== undefined) this.#signals.tell('INFO', notice);
    await inTime(this.#telemetry.lostTold(), JOURNAL_MILLIS);
    this.#telemetry.shutdown();
    await this.#signals.end();
  }
}
