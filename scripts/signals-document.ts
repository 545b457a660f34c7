import { SpanKind } from '@opentelemetry/api';
import {
  type Convention,
  childProcess,
  execServerConnection,
  execServerProcess,
  execServerRequest,
  type Field,
  type HistogramTable,
  type InstrumentTable,
  inference,
  jsonRpcClient,
  jsonRpcServer,
  mcpClient,
  mcpClientSession,
  mcpServer,
  mcpServerSession,
  type Outcome,
  toolCall,
} from 'otel-exec/conventions';

type AnyConvention = Convention<never, Outcome & never>;
type AnyField = Pick<Field<never>, 'name' | 'type' | 'brief' | 'when'>;

const CONVENTIONS = [
  execServerRequest(),
  execServerProcess(),
  execServerConnection(),
  toolCall(),
  inference(),
  jsonRpcServer(),
  jsonRpcClient(),
  mcpServer(),
  mcpClient(),
  mcpServerSession(),
  mcpClientSession(),
  childProcess(),
] as unknown as readonly AnyConvention[];

const HEAD = `# Signals

Every name that this package emits, generated from \`lib/conventions/\` by \`npm run docs\`; a test fails
when this file is stale. Durations are seconds in metrics and whole milliseconds in events. The three
signals of one boundary come from the same two clock readings, and their \`error.type\` is the same.

A span's status is ERROR exactly where there is an \`error.type\`. A process that somebody asked to end is
\`terminated\`, which is not a failure: it has no \`error.type\`, whatever its exit code.
`;

/** The text of docs/signals.md. */
export function signalsDocument(): string {
  return [HEAD, ...CONVENTIONS.map(section)].join('\n');
}

function section(convention: AnyConvention): string {
  return [
    `## ${convention.title}\n`,
    ...spanPart(convention),
    ...metricsPart(convention),
    ...eventPart(convention),
  ].join('\n');
}

function spanPart({ span, labels, started }: AnyConvention): string[] {
  if (span === undefined) return [];
  const constant = Object.entries(span.constant).map(([name, value]) => ({
    name,
    type: 'string' as const,
    brief: `\`${value}\`.`,
  }));
  const bounded = labels.flatMap((label): AnyField[] => [
    ...(label.span
      ? [{ name: label.span, type: 'string' as const, brief: 'Bounded; `_OTHER` for the rest.' }]
      : []),
    ...(label.original
      ? [
          {
            name: label.original,
            type: 'string' as const,
            brief: 'The name as it arrived, cut to 128 characters.',
            when: 'where it is `_OTHER`',
          },
        ]
      : []),
  ]);
  const fields = [
    ...constant,
    ...bounded,
    ...span.begun,
    ...(started?.span ?? []),
    ...span.settled,
  ];
  return [
    `**Span** ${span.templates.map((name) => `\`${name}\``).join(' or ')}, kind ${SpanKind[span.kind]}\n`,
    fieldTable('attribute', unique(fields)),
  ];
}

function metricsPart({ metrics, labels }: AnyConvention): string[] {
  if (metrics === undefined) return [];
  const constant = Object.keys(metrics.constant ?? {});
  const bounded = labels.flatMap((label) => label.metric ?? []);
  const outcome = metrics.attributes.map((field) => field.name);
  const row = (table: InstrumentTable | undefined, form: string, settled: boolean): string[] => {
    if (table === undefined) return [];
    const names = [...constant, ...(table.labelled ? bounded : []), ...(settled ? outcome : [])];
    const shown = names.map((name) => `\`${name}\``).join(', ') || '–';
    return [
      `| \`${table.name}\` | ${form} | \`${table.unit}\` | ${shown} | ${table.description} |`,
    ];
  };
  const histograms = [metrics.duration, metrics.queue].filter((table) => table !== undefined);
  return [
    '**Metrics**\n',
    '| instrument | kind | unit | attributes | what it counts |',
    '| --- | --- | --- | --- | --- |',
    ...row(metrics.begun, 'observable counter', false),
    ...row(metrics.active, 'observable up-down counter', false),
    ...row(metrics.settled, 'observable counter', true),
    ...row(metrics.duration, 'histogram', true),
    ...row(metrics.queue, 'histogram', false),
    '',
    ...histograms.map(boundaries),
  ];
}

function boundaries(table: HistogramTable): string {
  return `Bounds of \`${table.name}\`: ${table.boundaries.join(', ')} s.\n`;
}

function eventPart({ event, started, running }: AnyConvention): string[] {
  if (event === undefined) return [];
  const parts = [
    `**Event** \`${event.name}\` at INFO, target \`${event.scope}\`, body \`${event.body}\`\n`,
    fieldTable('field', [...event.begun, ...event.settled]),
  ];
  const between = (
    level: string,
    { name, body, fields }: NonNullable<typeof started | typeof running>['event'],
  ): string[] => [
    `**Event** \`${name}\` at ${level}, target \`${event.scope}\`, body \`${body}\`\n`,
    fieldTable('field', [...event.begun, ...fields]),
  ];
  return [
    ...parts,
    ...(started ? between('DEBUG', started.event) : []),
    ...(running ? between('INFO, with a heartbeat', running.event) : []),
  ];
}

function fieldTable(heading: string, fields: readonly AnyField[]): string {
  return [
    `| ${heading} | type | what it says | when |`,
    '| --- | --- | --- | --- |',
    ...fields.map(
      ({ name, type, brief, when }) => `| \`${name}\` | ${type} | ${brief} | ${when ?? 'always'} |`,
    ),
    '',
  ].join('\n');
}

function unique(fields: readonly AnyField[]): AnyField[] {
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}
