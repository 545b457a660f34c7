import { expect } from 'chai';
import type {
  CapturedEvent,
  CapturedPoint,
  CapturedSpan,
  ExpectedMembers,
  SignalCapture,
} from 'otel-exec/testing';

/** A request that was answered, or given up. */
export interface ExpectedRequest {
  readonly method: string;
  readonly result: 'success' | 'error' | 'disconnected';
  /** JSON-RPC error code. */
  readonly code?: number;
  /** Whether its handler began. Default true. */
  readonly handled?: boolean;
  /** As which it is sent: an id that is no id is told as `null`, and not on the span. */
  readonly id?: string | RegExp;
}

/** A process that ended. */
export interface ExpectedProcess {
  readonly id: string;
  readonly result: 'success' | 'error' | 'terminated' | 'spawn_failed' | 'unknown';
  readonly errorType?: string;
  readonly exitCode?: number;
  readonly executable?: string;
}

/** Everything that a server did until it stopped. */
export interface ExpectedWork {
  readonly connections?: number;
  readonly transport?: string;
  readonly requests: readonly ExpectedRequest[];
  readonly processes?: readonly ExpectedProcess[];
}

const TARGET = 'codex_exec_server::telemetry';

/**
 * Asserts that everything captured is what this work gives, once on each signal, and nothing else; that
 * nothing is left active; and that the signals agree on how long each process took.
 */
export async function expectSignals(capture: SignalCapture, work: ExpectedWork): Promise<void> {
  const { connections = 1, transport = 'websocket', requests, processes = [] } = work;
  await capture.expectExactly({
    spans: [...requests.map(requestSpan), ...processes.map(processSpan)],
    events: [
      ...requests.map(requestEvent),
      ...processes.map(processEvent),
      ...processes.filter(({ result }) => result !== 'spawn_failed').map(startedEvent),
    ],
    metrics: {
      'exec_server.connections': counts(Array(connections).fill({ transport })),
      'exec_server.connections.active': none({ transport }, connections),
      'exec_server.requests.active': none({}, requests.length),
      'exec_server.requests': counts(requests.map(labels)),
      'exec_server.request.duration': counts(
        requests.map((request) => withErrorType(labels(request), errorType(request))),
      ),
      'exec_server.request.queue.duration': counts(
        requests.filter(({ handled = true }) => handled).map(({ method }) => ({ method })),
      ),
      'exec_server.processes.active': none({}, processes.length),
      'exec_server.processes.finished': counts(processes.map(({ result }) => ({ result }))),
      'exec_server.process.duration': counts(
        processes.map((process) => withErrorType({ result: process.result }, process.errorType)),
      ),
    },
  });
  await expectAgreement(capture);
}

async function expectAgreement(capture: SignalCapture): Promise<void> {
  const { spans, events, metrics } = await capture.signals();
  const seconds = spans
    .filter(({ name }) => name === 'exec_server.process')
    .map((span) => span.seconds)
    .sort((a, b) => a - b);
  const millis = events
    .filter(({ name }) => name === 'codex.exec_server_process')
    .map(({ attributes }) => Number(attributes.duration_ms))
    .sort((a, b) => a - b);
  expect(millis).to.deep.equal(seconds.map((value) => Math.trunc(value * 1e3 + 1e-6)));
  const sum = (metrics['exec_server.process.duration'] ?? []).reduce(
    (total, point) => total + (point.sum ?? 0),
    0,
  );
  expect(sum).to.be.closeTo(
    seconds.reduce((total, value) => total + value, 0),
    1e-6,
  );
}

function labels({ method, result }: ExpectedRequest) {
  return { method, result };
}

function withErrorType(attributes: Record<string, string>, type: string | undefined) {
  return type === undefined ? attributes : { ...attributes, 'error.type': type };
}

function requestSpan(request: ExpectedRequest): ExpectedMembers<CapturedSpan> {
  const { method, result, code, id = /^\d+$/ } = request;
  const other = method === 'unknown';
  return {
    name: method,
    kind: 'SERVER',
    status: result === 'success' ? 'UNSET' : 'ERROR',
    attributes: {
      'rpc.system.name': 'jsonrpc',
      'rpc.method': other ? '_OTHER' : method,
      'rpc.method_original': other ? isText : undefined,
      'jsonrpc.request.id': id === 'null' ? undefined : id,
      'rpc.status_code': code === undefined ? undefined : String(code),
      'error.type': errorType(request),
    },
  };
}

function requestEvent(request: ExpectedRequest): ExpectedMembers<CapturedEvent> {
  const { method, result, id = /^\d+$/ } = request;
  return {
    name: 'codex.exec_server_request',
    target: TARGET,
    severity: 'INFO',
    body: 'exec-server request completed',
    attributes: {
      request_id: id,
      method,
      result,
      duration_ms: isMillis,
      traceparent: /^00-[\da-f]{32}-[\da-f]{16}-0[01]$/,
      'error.type': errorType(request),
      method_original: method === 'unknown' ? isText : undefined,
    },
  };
}

function errorType({ result, code }: ExpectedRequest): string | undefined {
  if (result === 'disconnected') return 'disconnected';
  return code === undefined ? undefined : String(code);
}

function processSpan(process: ExpectedProcess): ExpectedMembers<CapturedSpan> {
  const { result, errorType, exitCode, executable = 'sh' } = process;
  return {
    name: 'exec_server.process',
    kind: 'INTERNAL',
    status: errorType === undefined ? 'UNSET' : 'ERROR',
    attributes: {
      'process.executable.name': executable,
      'process.pid':
        result === 'spawn_failed' ? undefined : (pid: unknown) => Number.isSafeInteger(pid),
      'process.exit.code': exitCode,
      'error.type': errorType,
    },
  };
}

function processEvent(process: ExpectedProcess): ExpectedMembers<CapturedEvent> {
  const { id, result, errorType, exitCode } = process;
  return {
    name: 'codex.exec_server_process',
    target: TARGET,
    severity: 'INFO',
    body: 'exec-server process completed',
    attributes: {
      process_id: id,
      trace_id: /^[\da-f]{32}$/,
      result,
      duration_ms: isMillis,
      'error.type': errorType,
      'process.exit.code': errorType === undefined ? undefined : exitCode,
    },
  };
}

function startedEvent({ id }: ExpectedProcess): ExpectedMembers<CapturedEvent> {
  return {
    name: 'codex.exec_server_process_started',
    target: TARGET,
    severity: 'DEBUG',
    body: 'exec-server process started',
    attributes: { process_id: id, trace_id: /^[\da-f]{32}$/ },
  };
}

/** That none is left, where there were some. */
function none(attributes: Record<string, string>, were: number): ExpectedMembers<CapturedPoint>[] {
  return were === 0 ? [] : [{ attributes, value: 0 }];
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isMillis(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function counts(all: readonly Record<string, string>[]): ExpectedMembers<CapturedPoint>[] {
  const points = new Map<string, { attributes: Record<string, string>; value: number }>();
  for (const attributes of all) {
    const key = JSON.stringify(attributes);
    const point = points.get(key) ?? { attributes, value: 0 };
    point.value++;
    points.set(key, point);
  }
  return [...points.values()];
}
