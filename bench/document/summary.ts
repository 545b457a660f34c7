import type { Row, Table } from '../measure/part.js';
import type { Result } from '../measure/result.js';
import { figure } from '../measure/table.js';

const MICROS = 1_000;

/** Finds a row by what it says. @throws Error where the part ran and has none */
type Find = (title: string, variant: string, to?: string) => Row;

/** What it costs in five lines; one that no part has told says which it is. */
export function summaryOf(results: ReadonlyMap<string, Result>): string[] {
  const line = (what: string, part: string, tell: (find: Find) => string) => {
    const result = results.get(part);
    const told = result?.tables.some(({ rows }) => rows.length > 0)
      ? tell((title, variant, to) => findRow(result.tables, title, variant, to))
      : `not measured yet (\`npm run bench -w bench -- ${part}\`).`;
    return `**${what}**: ${told}`;
  };
  return [
    line('A request', 'server', request),
    line('A process', 'server', process),
    line('A line', 'lines', eventLine),
    line('While nobody looks', 'idle', idle),
    line('Your users', 'server', users),
  ];
}

function request(find: Find): string {
  const title = 'Requests of a server, processor time of the server';
  const three = find(title, 'three signals, over telemetry off').value.median;
  const two = find(title, 'two signals, over telemetry off').value.median;
  const kept = find('Requests of a server, throughput', 'three signals', 'telemetry off');
  return `${figure(three)} µs of processor time with all three signals exported, ${figure(two)} µs with spans and metrics; a server that does nothing else answers ${percent(kept)} of the requests that it answers without.`;
}

function process(find: Find): string {
  const title = 'Processes of a server, processor time of the server';
  const added = find(title, 'three signals, over telemetry off').value.median;
  const alone = find(title, 'telemetry off').value.median;
  return `${figure(added)} µs of processor time with all three signals exported, of a server that takes ${figure(alone)} µs to start and reap one without.`;
}

function eventLine(find: Find): string {
  const title = 'One event line to a file';
  const ours = find(title, "ours, through the SDK's logger", 'pino');
  return `${figure(ours.value.median / MICROS)} µs of processor time, ${figure(ours.ratio?.value.median ?? Number.NaN)} times what pino takes for the same.`;
}

function idle(find: Find): string {
  const bare = find('Nothing installed', 'ours').value.median;
  const beyond = find('Target off, span unsampled', "ours, beyond the SDK's unsampled span alone")
    .value.median;
  return `${figure(bare)} ns a request without an SDK; with one that drops the span and wants no event, ${figure(beyond / MICROS)} µs beyond the SDK’s own span.`;
}

function users(find: Find): string {
  const title = 'Requests of a server, latency at 5,000 a second';
  const of = (server: string, part: string) =>
    figure(find(title, `${server}, ${part}`).value.median / MICROS);
  const each = (part: string) =>
    `${part} ${of('three signals', part)} ms instead of ${of('telemetry off', part)}`;
  return `of 5,000 requests a second, ${each('p50')}, ${each('p99')}, ${each('p99.9')}.`;
}

function percent({ ratio }: Row): string {
  return `${Math.round((ratio?.value.median ?? Number.NaN) * 100)} %`;
}

function findRow(tables: readonly Table[], title: string, variant: string, to?: string): Row {
  const row = tables
    .find((table) => table.title === title)
    ?.rows.find((each) => each.variant === variant && (to === undefined || each.ratio?.to === to));
  if (row === undefined) throw new Error(`no row ${variant} in ${title}`);
  return row;
}
