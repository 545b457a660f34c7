import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { adoptChild } from './collector/children.js';
import { CollectorMissing, configurations, locateCollector } from './collector/index.js';

const usage = `Usage: npm run collector -- [command] [options]

Runs an OpenTelemetry Collector: otelcol-contrib or otelcol from the PATH, or one that is built,
once, where Go is installed.

Commands:
  run        run the collector (default)
  validate   check the configuration and exit
  path       print the collector's path, after building it if need be, and exit

Options:
  --config FILE           a configuration; more than one are merged (default: otel-collector.yaml)
  --set KEY=VALUE         override one value of it
  --feature-gates NAMES   as the collector's own
  --help                  this text
`;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

try {
  process.exitCode = await main();
} catch (error) {
  const expected = error instanceof CollectorMissing || isUsageError(error);
  process.stderr.write(`${expected ? error.message : error}\n`);
  process.exitCode = isUsageError(error) ? 2 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string', multiple: true, default: [configurations.main] },
      set: { type: 'string', multiple: true, default: [] },
      'feature-gates': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const [command = 'run', ...rest] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!['run', 'validate', 'path'].includes(command) || rest.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  const collector = await locateInterruptibly();
  if (command === 'path') {
    process.stdout.write(`${collector}\n`);
    return 0;
  }
  return runCollector(collector, [
    ...(command === 'validate' ? ['validate'] : []),
    ...values.config.map((config) => `--config=${config}`),
    ...values.set.map((setting) => `--set=${setting}`),
    ...values['feature-gates'].map((gates) => `--feature-gates=${gates}`),
  ]);
}

async function locateInterruptibly(): Promise<string> {
  const interruption = new AbortController();
  let interruptedBy: NodeJS.Signals | undefined;
  const stopListening = listenForSignals((signal) => {
    interruptedBy = signal;
    interruption.abort();
  });
  try {
    return await locateCollector({ signal: interruption.signal });
  } finally {
    stopListening();
    if (interruptedBy !== undefined) process.kill(process.pid, interruptedBy);
  }
}

async function runCollector(collector: string, args: readonly string[]): Promise<number> {
  const child = adoptChild(spawn(collector, args, { stdio: 'inherit' }));
  const stopListening = listenForSignals((signal) => {
    // A collector takes SIGHUP for "read the configuration again". When a terminal is closed, it
    // means something else.
    child.kill(signal === 'SIGHUP' && process.stdin.isTTY ? 'SIGTERM' : signal);
  });
  const [code, killedBy] = await once(child, 'exit');
  stopListening();
  if (killedBy !== null) process.kill(process.pid, killedBy);
  return code ?? 1;
}

function listenForSignals(take: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, take);
  const orphanhood = watchNpm(() => take('SIGTERM'));
  return () => {
    for (const signal of signals) process.off(signal, take);
    clearInterval(orphanhood);
  };
}

// npm 11 passes a signal on to the shell that it runs a script in, and where that is dash, the shell
// ends without telling its child: https://github.com/npm/cli/issues/5776
function watchNpm(leave: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    leave();
  }, 250);
  return watch;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).includes('PARSE_ARGS');
}
