import type { CapturedLine } from 'otel-exec/testing';
import { OTEL_EXEC, summaryOf, withoutTelemetry } from '../tap/tapped.js';

/** A server's command, that first. */
export type Server = readonly [string, ...string[]];

/** What a client has heard of a server. */
export interface Heard {
  readonly answers: readonly unknown[];
  /** Line by line. */
  readonly stderr: readonly string[];
}

/** How a server is started, by itself or behind a tap. */
export function startOf([command, ...args]: Server, tapped: boolean) {
  const env = withoutTelemetry() as Record<string, string>;
  return tapped
    ? {
        command: process.execPath,
        args: [OTEL_EXEC, 'tap', '--client', '--', command, ...args],
        env,
      }
    : { command, args, env };
}

/** What an answer was: a result, or the code and message of an error. */
export async function outcomeOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { code, message };
  }
}

/** The events among what was written to stderr: each one's name, method, result and error type. */
export function eventsOf({ stderr }: Heard): unknown[] {
  return stderr.flatMap((line) => {
    try {
      const [event, , ...rest] = summaryOf(JSON.parse(line) as CapturedLine);
      return event === undefined ? [] : [[event, ...rest]];
    } catch {
      return [];
    }
  });
}

/** What the server itself has written to stderr. */
export function ownLinesOf({ stderr }: Heard): string[] {
  return stderr.filter((line) => !line.includes('"event.name"'));
}
