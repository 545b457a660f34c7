import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attribute, LogRecord, Span } from './otlp.js';

interface Group {
  readonly resource?: { readonly attributes?: readonly Attribute[] };
}

interface TraceRequest {
  readonly resourceSpans: readonly (Group & {
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  })[];
}

interface LogRequest {
  readonly resourceLogs: readonly (Group & {
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
  })[];
}

/** All spans in a collector's `traces.json`, in the order of their arrival. */
export async function readSpans(directory: string): Promise<Span[]> {
  const requests = await readLines<TraceRequest>(join(directory, 'traces.json'));
  return requests
    .flatMap((request) => request.resourceSpans)
    .flatMap((group) => group.scopeSpans)
    .flatMap((group) => group.spans);
}

/** All log records in a collector's `logs.json`, in the order of their arrival. */
export async function readLogRecords(directory: string): Promise<LogRecord[]> {
  const requests = await readLines<LogRequest>(join(directory, 'logs.json'));
  return requests
    .flatMap((request) => request.resourceLogs)
    .flatMap((group) => group.scopeLogs)
    .flatMap((group) => group.logRecords);
}

/**
 * Reads again whenever a file in one of the directories changes, until `complete` says so, and
 * resolves to what was read. Rejects with the last that was read when time is up.
 */
export function awaitFiles<T>(
  directories: readonly string[],
  read: () => Promise<T>,
  complete: (content: T) => boolean,
  withinMilliseconds = 20_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: T | undefined;
    let reading: Promise<void> = Promise.resolve();
    const finish = () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    };
    const look = () => {
      reading = reading.then(async () => {
        last = await read();
        if (!complete(last)) return;
        finish();
        resolve(last);
      });
      reading.catch((error) => {
        finish();
        reject(error);
      });
    };
    const timer = setTimeout(() => {
      finish();
      const content = JSON.stringify(last, undefined, 1);
      reject(new Error(`Incomplete after ${withinMilliseconds} ms: ${content}`));
    }, withinMilliseconds);
    const watchers = directories.map((directory) => watch(directory, look));
    look();
  });
}

async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // The last line may still be being written.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
