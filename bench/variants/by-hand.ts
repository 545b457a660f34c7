import {
  context as contextApi,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Sdk } from '../sdk.js';
import { REQUEST_BOUNDARIES } from './floor.js';
import { handle, type Message } from './message.js';

/**
 * What a careful engineer writes today with the OpenTelemetry API: the same span and event, two counters,
 * an up-down counter and a histogram, and no path on which one of them is forgotten.
 */
export function byHand({ logger }: Sdk): (message: Message) => void {
  const tracer = trace.getTracer('by-hand');
  const meter = metrics.getMeter('by-hand');
  const started = meter.createCounter('by_hand.requests.started');
  const finished = meter.createCounter('by_hand.requests');
  const open = meter.createUpDownCounter('by_hand.requests.active');
  const duration = meter.createHistogram('by_hand.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...REQUEST_BOUNDARIES] },
  });

  return (message) => {
    const { id, method } = message;
    const parent = message.trace
      ? propagation.extract(contextApi.active(), message.trace)
      : contextApi.active();
    const began = performance.now();
    started.add(1, { method });
    open.add(1);
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
    let result = 'success';
    let errorType: string | undefined;
    try {
      contextApi.with(context, () => handle(message));
    } catch (error) {
      result = 'error';
      errorType = error instanceof Error ? error.name : '_OTHER';
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      const millis = performance.now() - began;
      open.add(-1);
      finished.add(1, { method, result });
      duration.record(millis / 1_000, { method, result }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      logger.emit({
        eventName: 'codex.exec_server_request',
        severityNumber: 9,
        severityText: 'INFO',
        body: 'exec-server request completed',
        attributes: {
          request_id: String(id),
          method,
          result,
          duration_ms: Math.trunc(millis),
          traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
          ...(errorType && { 'error.type': errorType }),
        },
        context,
      });
      span.end();
    }
  };
}
