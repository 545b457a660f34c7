import { ExecTelemetry } from 'otel-exec';
import { LineFilterError } from 'otel-exec/lines';
import { EnvironmentError } from './endpoints.js';
import { METHOD_NAMES } from './methods.js';
import { type Options, readOptions, USAGE, UsageError } from './options.js';
import { ServicePageHost, serverPage } from './page-host.js';
import { startServer } from './server.js';
import { ExecService } from './service.js';
import { serveStdio } from './stdio.js';
import type { RunningTelemetry } from './telemetry.js';

const EXIT_USAGE = 2;
/** Which part of the time for the end has passed when exporting must be over. */
const FLUSH_BY = 0.9;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  const usage = [UsageError, LineFilterError, EnvironmentError].some((one) => error instanceof one);
  const name = error instanceof LineFilterError ? 'OTEL_EXEC_LOG: ' : '';
  process.stderr.write(`exec-server: ${name}${(error as Error).message}\n`);
  process.exit(usage ? EXIT_USAGE : 1);
}

async function run(options: Options): Promise<void> {
  const { startTelemetry } = await import('./telemetry.js');
  const host = new ServicePageHost();
  const page = options.page && options.listen !== 'stdio' ? serverPage(host, options) : undefined;
  const sdk = startTelemetry(page);
  const { journal, heartbeatMillis } = options;
  const { loggerProvider } = sdk;
  const telemetry = new ExecTelemetry({
    methods: METHOD_NAMES,
    journal,
    heartbeatMillis,
    loggerProvider,
  });
  const limits = { killGraceMillis: Math.min(options.killGraceMillis, options.shutdownMillis / 4) };
  const { listen } = options;
  if (listen === 'stdio') {
    const service = new ExecService({ telemetry, limits });
    endBy(service, sdk, options.shutdownMillis, serveStdio(service, process.stdin, process.stdout));
  } else {
    const server = await startServer({
      ...options,
      ...listen,
      telemetry,
      limits,
      page: page && ((...both) => page.handle(...both)),
    });
    host.serve(server.service);
    process.stdout.write(`${server.url}\n`);
    if (page !== undefined) process.stdout.write(`${server.url.replace(/^ws/, 'http')}/\n`);
    endBy(server, sdk, options.shutdownMillis);
  }
}

/**
 * Ends everything in order and in time, on a signal or when `over` settles. A collector that can't be
 * reached costs no more than the time that is left.
 */
function endBy(
  server: { stop(): Promise<void> },
  sdk: RunningTelemetry,
  shutdownMillis: number,
  over?: Promise<void>,
): void {
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), shutdownMillis);
    const flushBy = performance.now() + shutdownMillis * FLUSH_BY;
    await server.stop();
    await sdk.shutdown(flushBy - performance.now());
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
  void over?.then(end);
}
