import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.js';

/** One OpenTelemetry line, as an app has it. */
export interface Line {
  readonly title: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const COMMON = {
  '@modelcontextprotocol/sdk': '1.32.2',
  'fast-check': '4.10.2',
  protobufjs: '7.6.6',
  'vscode-jsonrpc': '10.0.0',
};

/** Both lines that this package supports. */
export const LINES: readonly Line[] = [
  {
    title: 'SDK 3.x',
    dependencies: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/auto-instrumentations-node': '0.82.0',
      '@opentelemetry/otlp-transformer': '0.301.0',
      '@opentelemetry/sdk-logs': '3.1.1',
      '@opentelemetry/sdk-metrics': '3.1.1',
      '@opentelemetry/sdk-node': '0.301.0',
      '@opentelemetry/sdk-trace': '3.1.1',
      ...COMMON,
    },
  },
  {
    title: 'SDK 2.x',
    dependencies: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/api-logs': '0.223.0',
      '@opentelemetry/auto-instrumentations-node': '0.81.2',
      '@opentelemetry/otlp-transformer': '0.223.0',
      '@opentelemetry/sdk-logs': '0.223.0',
      '@opentelemetry/sdk-metrics': '2.12.0',
      '@opentelemetry/sdk-node': '0.223.0',
      '@opentelemetry/sdk-trace': '2.12.0',
      ...COMMON,
    },
  },
];

/** What an app runs, with where it is there. */
const PROGRAMS = [
  ['programs', '.'],
  ['../export/agreement', 'agreement'],
] as const;
const QUIET = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];

/** The Node that a line's SDK asks for, by its own statement. */
export function askedNode(folder: string): string {
  const path = join(folder, 'node_modules/@opentelemetry/sdk-node/package.json');
  return JSON.parse(readFileSync(path, 'utf8')).engines.node;
}

/**
 * Compiles a program that hands every instrumentation to the line's own types.
 * @throws Error with what the compiler says
 */
export async function checkTypes(folder: string): Promise<void> {
  const flags = '--noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node';
  const typeRoots = ['--typeRoots', join(repository, 'node_modules/@types')];
  const compiler = join(repository, 'node_modules/.bin/tsc');
  writeFileSync(join(folder, 'types.ts'), TYPED);
  await run(compiler, [...flags.split(' '), ...typeRoots, 'types.ts'], { cwd: folder });
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const TYPED = `
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { ExecTelemetry } from 'otel-exec';
import {
  ChildProcessInstrumentation,
  JsonRpcInstrumentation,
  McpInstrumentation,
} from 'otel-exec/instrumentation';
import { LineLogRecordProcessor } from 'otel-exec/lines';
import {
  OtlpLogRecordProcessor,
  OtlpSpanProcessor,
  QueuedLogRecordProcessor,
  QueuedSpanProcessor,
} from 'otel-exec/export';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
const instrumentations = [
  new ChildProcessInstrumentation(),
  new JsonRpcInstrumentation(),
  new McpInstrumentation(),
];
declare const exporters: { readonly spans: SpanExporter; readonly records: LogRecordExporter };
const logRecordProcessors = [
  new LineLogRecordProcessor(),
  new QueuedLogRecordProcessor(exporters.records),
  new OtlpLogRecordProcessor(),
];
const spanProcessors = [new QueuedSpanProcessor(exporters.spans), new OtlpSpanProcessor()];
registerInstrumentations({ instrumentations });
new NodeSDK({ instrumentations, logRecordProcessors, spanProcessors });
new ExecTelemetry({ loggerProvider: new LoggerProvider({ processors: logRecordProcessors }) });
`;

/**
 * Makes an app of one line, installs this package into it as a user would, and checks what came of it.
 * @throws Error where npm refuses, or where there are two copies of the API
 */
export async function installApp(folder: string, line: Line, tarball: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { dependencies } = line;
  const manifest = { private: true, type: 'module', dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [from, to] of PROGRAMS) {
    cpSync(fileURLToPath(new URL(from, import.meta.url)), join(folder, to), { recursive: true });
  }
  await run('npm', ['install', ...QUIET], { cwd: folder });
  await run('npm', ['install', ...QUIET, '--strict-peer-deps', tarball], { cwd: folder });
  const list = ['ls', '@opentelemetry/api', '--all', '--parseable'];
  const { stdout } = await run('npm', list, { cwd: folder });
  const copies = stdout.trim().split('\n');
  if (copies.length !== 1) throw new Error(`copies of the API:\n${stdout}`);
}
