import type { ExpectedSignals, SignalCapture } from 'otel-exec/testing';

/** What one child process is expected to have told. */
export interface ExpectedProcess {
  readonly executable: string;
  readonly result: 'success' | 'error' | 'terminated' | 'spawn_failed' | 'unknown';
  readonly errorType?: string;
  readonly exitCode?: number;
  /** Whether the process ran and its pid is known. Default true. */
  readonly started?: boolean;
}

/** Asserts that these processes, and nothing else at all, are in the signals. */
export async function expectProcesses(
  capture: SignalCapture,
  ...processes: readonly ExpectedProcess[]
): Promise<void> {
  await capture.expectExactly({
    spans: processes.map(spanOf),
    events: processes.flatMap(eventsOf),
    metrics: metricsOf(processes),
  });
}

function spanOf({ executable, errorType, exitCode, started = true }: ExpectedProcess) {
  return {
    name: executable,
    kind: 'CLIENT',
    status: errorType === undefined ? 'UNSET' : 'ERROR',
    attributes: {
      'process.executable.name': executable,
      ...(started && { 'process.pid': (pid: unknown) => Number.isInteger(pid) }),
      ...(exitCode !== undefined && { 'process.exit.code': exitCode }),
      ...(errorType && { 'error.type': errorType }),
    },
    links: [],
  } as const;
}

function eventsOf(process: ExpectedProcess) {
  const { executable, result, errorType, exitCode, started = true } = process;
  const about = { 'process.executable.name': executable, trace_id: /^[\da-f]{32}$/ };
  const exit = {
    name: 'child_process.exit',
    target: 'otel-exec',
    severity: 'INFO',
    body: 'child process ended',
    attributes: {
      ...about,
      result,
      duration_ms: (millis: unknown) => Number.isInteger(millis),
      ...(errorType && { 'error.type': errorType }),
      ...(errorType && exitCode !== undefined && { 'process.exit.code': exitCode }),
    },
  };
  const start = { name: 'child_process.start', severity: 'DEBUG', attributes: about };
  return started ? [start, exit] : [exit];
}

function metricsOf(processes: readonly ExpectedProcess[]): NonNullable<ExpectedSignals['metrics']> {
  if (processes.length === 0) return {};
  return {
    'child_process.active': [{ attributes: {}, value: 0 }],
    'child_process.finished': pointsOf(processes.map(({ result }) => ({ result }))),
    'child_process.duration': pointsOf(
      processes.map(({ result, errorType }) => ({
        result,
        ...(errorType && { 'error.type': errorType }),
      })),
    ),
  };
}

function pointsOf(all: readonly Record<string, string>[]) {
  const counts = new Map<string, number>();
  for (const attributes of all.map((each) => JSON.stringify(each))) {
    counts.set(attributes, (counts.get(attributes) ?? 0) + 1);
  }
  return [...counts].map(([attributes, value]) => ({ attributes: JSON.parse(attributes), value }));
}
