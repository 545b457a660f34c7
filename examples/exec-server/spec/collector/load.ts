import { WireClient } from '../../client/wire-client.js';

/** How long answers took, milliseconds. */
export interface Latencies {
  readonly median: number;
  readonly p99: number;
}

/** What a client asked for, and how long the answers took. */
export interface Load {
  /** Requests that were answered, each a span and an event. */
  readonly sent: number;
  readonly latencies: Latencies;
}

/** Sends requests over one connection, `lanes` at a time, until `more` says no. Rejects if one fails. */
export async function load(
  url: string,
  more: number | ((sent: number) => boolean),
  lanes = 4,
): Promise<Load> {
  const client = await WireClient.connect(url);
  await client.request('initialize', { clientName: 'load' });
  client.notify('initialized');
  let sent = 1;
  const took: number[] = [];
  const goOn = typeof more === 'number' ? () => sent < more : () => more(sent);
  const drive = async () => {
    while (goOn()) {
      sent++;
      const began = performance.now();
      await client.request('environment/info');
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: lanes }, drive));
  await client.close();
  return { sent, latencies: latenciesOf(took) };
}

/** What is typical of how long answers took, milliseconds, and what is not. */
export function latenciesOf(took: readonly number[]): Latencies {
  const sorted = [...took].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}
