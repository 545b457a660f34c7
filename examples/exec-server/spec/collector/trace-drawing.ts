import type { Arrived } from './arrivals.js';
import type { Span } from './otlp.js';

const KINDS = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Each trace as text: a line a span, with the program that it is of, below its parent. */
export function drawTraces(spans: readonly Arrived<Span>[]): readonly string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId = '' }) => !ids.has(parentSpanId));
  return roots.map((root) => draw(spans, root, '').join('\n'));
}

function draw(spans: readonly Arrived<Span>[], span: Arrived<Span>, indent: string): string[] {
  const { traceId, spanId, name, kind = 0, resource } = span;
  const children = spans
    .filter((other) => other.traceId === traceId && other.parentSpanId === spanId)
    .sort((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
  const of = String(resource['service.name']).padEnd(10);
  return [
    `${of}${KINDS[kind]?.padEnd(9)}${indent}${name}`,
    ...children.flatMap((child) => draw(spans, child, `${indent}  `)),
  ];
}
