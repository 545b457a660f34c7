import { childProcess } from '../../conventions/child-process.js';
import { ExecTelemetry } from '../../telemetry.js';
import { ExecInstrumentation } from '../base/exec-instrumentation.js';
import type { Providers } from '../base/providers.js';
import type { ChildProcessInstrumentationConfig } from './config.js';
import { TelemetryObserver } from './observer.js';
import { unwatchChildProcesses, watchChildProcesses } from './seam.js';

/**
 * Observes every child process of `node:child_process`: spawn, exec, execFile, fork, their promisified and
 * Sync forms, in CommonJS and ESM, also where they were imported before it was switched on; the one
 * exception is a CommonJS caller that took a Sync form out of the module before. It needs no module hook,
 * so that it works in bundled apps too.
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new ChildProcessInstrumentation()] }).start();
 * ```
 *
 * A process ends with its `exit`. It is `terminated` if the app asked for that with `child.kill()`,
 * `process.kill()`, also of its group, an AbortSignal, a timeout or a limit on its output. With a shell, the shell is what is started: its name is
 * on the span, and the command line, which is the shell's argument, is not.
 */
export class ChildProcessInstrumentation extends ExecInstrumentation<ChildProcessInstrumentationConfig> {
  readonly #observer = new TelemetryObserver({
    config: () => this.getConfig(),
    telemetry: () => this.telemetry,
  });

  constructor(config: ChildProcessInstrumentationConfig = {}) {
    super('otel-exec/child_process', config);
    if (this.getConfig().enabled) this.enable();
  }

  protected override openTelemetry(
    config: ChildProcessInstrumentationConfig,
    providers: Providers,
  ): ExecTelemetry {
    const { captureExecutableName, captureCommandArgs, processParent } = config;
    const { journal, heartbeatMillis } = config;
    return new ExecTelemetry({
      ...providers,
      conventions: { process: childProcess() },
      captureExecutableName,
      captureCommandArgs,
      processParent,
      journal,
      heartbeatMillis,
    });
  }

  protected override patch(): void {
    watchChildProcesses(this.#observer);
    // A journal is read when its telemetry is made; by then, whoever made this has given it its providers.
    if (this.getConfig().journal) setImmediate(() => this.isEnabled() && this.telemetry).unref();
  }

  protected override unpatch(): void {
    unwatchChildProcesses(this.#observer);
  }
}
