import {
  type Context,
  context as contextApi,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { execServerRequest } from 'otel-exec/conventions';
import type { Sdk } from '../sdk.js';
import { handle, type Message, REMOTE } from './message.js';

const REMOTE_CONTEXT = trace.setSpanContext(ROOT_CONTEXT, REMOTE);

/** What the floor does besides, to show what that alone costs. */
export interface FloorOptions {
  /** Make the span's context active around the work. */
  readonly activate?: boolean;
  /** Extract the remote parent from each message with the global propagator. */
  readonly extract?: boolean;
}

/**
 * The least that gives the same three signals: one span, one histogram record, one log record, with the
 * remote parent extracted beforehand. Nothing is active inside, nothing is counted, nothing is guarded.
 */
export function floor(
  { logger }: Sdk,
  { activate = false, extract = false }: FloorOptions = {},
): (message: Message) => void {
  const tracer = trace.getTracer('floor');
  const duration = metrics.getMeter('floor').createHistogram('floor.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...REQUEST_BOUNDARIES] },
  });
  const run = (context: Context, message: Message) =>
    activate ? contextApi.with(context, () => handle(message)) : handle(message);
  const parentOf = ({ trace: carrier }: Message) => {
    if (carrier === undefined) return ROOT_CONTEXT;
    return extract ? propagation.extract(ROOT_CONTEXT, carrier) : REMOTE_CONTEXT;
  };
  return (message) => {
    const { id, method } = message;
    const parent = parentOf(message);
    const began = performance.now();
    const span = tracer.startSpan(
      method,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'rpc.system.name': 'jsonrpc',
          'rpc.method': method,
          'jsonrpc.request.id': String(id),
        },
      },
      parent,
    );
    const context = trace.setSpan(parent, span);
    run(context, message);
    const millis = performance.now() - began;
    duration.record(millis / 1_000, { method, result: 'success' }, context);
    const { traceId, spanId } = span.spanContext();
    logger.emit({
      eventName: 'codex.exec_server_request',
      severityNumber: 9,
      severityText: 'INFO',
      body: 'exec-server request completed',
      attributes: {
        request_id: String(id),
        method,
        result: 'success',
        duration_ms: Math.trunc(millis),
        traceparent: `00-${traceId}-${spanId}-01`,
      },
      context,
    });
    span.end();
  };
}

/** The bounds that all variants' histograms have. */
export const REQUEST_BOUNDARIES = execServerRequest().metrics?.duration?.boundaries ?? [];
