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
  program,
  toolCall,
} from 'otel-exec/conventions';

import { SCHEMA_URL } from '../lib/opentelemetry/version.js';

type AnyConvention = Convention<never, Outcome & never>;
type AnyLabel = AnyConvention['labels'][number];
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
  program(),
] as unknown as readonly AnyConvention[];

const HEAD = `# Signals

Every name that this package emits, generated from \`lib/conventions/\` by \`npm run docs\`; a test fails
when this file is stale. Durations are seconds in metrics and whole milliseconds in events. The three
signals of one boundary come from the same two clock readings, and their \`error.type\` is the same.

A span's status is ERROR exactly where there is an \`error.type\`. A process that somebody asked to end is
\`terminated\`, which is not a failure: it has no \`error.type\`, whatever its exit code.

Every scope has the schema URL \`${SCHEMA_URL}\`. A name is *admitted* if the host listed it, if a
specification does, if the host has announced it, or once an outcome has proven that the host knows it; a cap bounds
how many are. \`otel-exec/conventions\` has the methods of LSP, MCP and ACP as \`LSP_METHODS\`, \`MCP_METHODS\` and
\`ACP_METHODS\`: \`jsonRpcServer({ methods: LSP_METHODS })\`.
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
    ...valuesPart(convention),
    ...notesPart(convention),
  ].join('\n');
}

function spanPart({ span, labels, started }: AnyConvention): string[] {
  if (span === undefined) return [];
  const constant = Object.entries(span.constant).map(([name, value]) => ({
    name,
    type: 'string' as const,
    brief: `\`${value}\`.`,
  }));
  const fields = [
    ...constant,
    ...labels.flatMap(labelAttributes),
    ...(span.derived ?? []),
    ...span.begun,
    ...(started?.span ?? []),
    ...span.settled,
  ];
  return [
    `**Span** ${span.templates.map((name) => `\`${name}\``).join(' or ')}, kind ${SpanKind[span.kind]}\n`,
    fieldTable('attribute', unique(fields)),
  ];
}

function labelAttributes({ span, original }: AnyLabel): AnyField[] {
  const bounded = { type: 'string', brief: 'Bounded; `_OTHER` for the rest.' } as const;
  const raw = { type: 'string', brief: 'The name as it arrived, cut to 128 characters.' } as const;
  if (span !== undefined && span === original) return [{ name: span, ...raw }];
  return [
    ...(span ? [{ name: span, ...bounded }] : []),
    ...(original ? [{ name: original, ...raw, when: 'where it is `_OTHER`' }] : []),
  ];
}

function metricsPart({ metrics, labels }: AnyConvention): string[] {
  if (metrics === undefined) return [];
  const constant = Object.keys(metrics.constant ?? {});
  const bounded = labels.flatMap((label) => label.metric ?? []);
  const outcome = metrics.attributes.map((field) => field.name);
  const derived = (metrics.derived ?? []).map((field) => field.name);
  const row = (
    table: (InstrumentTable & Partial<HistogramTable>) | undefined,
    form: string,
    settled: boolean,
  ): string[] => {
    if (table === undefined) return [];
    const names = [
      ...constant,
      ...(table.labelled ? [...bounded, ...derived] : []),
      ...(settled ? outcome : []),
      ...(table.attributes ?? []).map((field) => field.name),
    ];
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
    ...row(metrics.notifications, 'observable counter', false),
    ...row(metrics.duration, 'histogram', true),
    ...row(metrics.queue, 'histogram', false),
    '',
    ...histograms.map(boundaries),
  ];
}

function boundaries(table: HistogramTable): string {
  return `Bounds of \`${table.name}\`: ${table.boundaries.join(', ')} s.\n`;
}

function eventPart({ event, labels, running, started }: AnyConvention): string[] {
  if (event === undefined) return [];
  const parts = [
    `**Event** \`${event.name}\` at INFO, target \`${event.scope}\`, body \`${event.body}\`\n`,
    fieldTable('field', [...event.begun, ...event.settled, ...labels.flatMap(eventOriginal)]),
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

function eventOriginal({ name, eventOriginal, other }: AnyLabel): AnyField[] {
  if (eventOriginal === undefined) return [];
  const brief = `The ${name} as it arrived, cut to 128 characters.`;
  return [{ name: eventOriginal, type: 'string', brief, when: `where it is \`${other}\`` }];
}

function valuesPart({ results = [], errorTypes = [], labels }: AnyConvention): string[] {
  const code = (value: string) => `\`${value}\``;
  const rows = [
    ...(results.length > 0 ? [`- \`result\`: ${results.map(code).join(', ')}`] : []),
    ...(errorTypes.length > 0 ? [`- \`error.type\`: ${errorTypes.join('; ')}`] : []),
    ...labels.flatMap(({ metric, known, other }) =>
      metric === undefined
        ? []
        : [
            `- \`${metric}\`: ${known ? `${known.map(code).join(', ')}; others` : 'those'} that are admitted, ` +
              `else ${code(other)}`,
          ],
    ),
  ];
  return rows.length === 0 ? [] : ['**Values**\n', ...rows, ''];
}

function notesPart({ notes = [] }: AnyConvention): string[] {
  return notes.length === 0 ? [] : ['**Notes**\n', ...notes.map((note) => `- ${note}`), ''];
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
