import { deepEqual, equal } from 'node:assert/strict';
import { type Exported, histogramRecords, type Sdk } from '../sdk.js';
import type { Variant } from './rounds.js';

const TIMES = 300;

/**
 * Runs every variant and compares what reached the exporters.
 * @throws AssertionError where a variant exported more, less or other than the first one
 */
export async function checkEqualWork(sdk: Sdk, variants: readonly Variant[]): Promise<void> {
  const [first, ...others] = variants;
  if (first === undefined) return;
  const wanted = await sample(sdk, first);
  equal(wanted.spans, TIMES);
  equal(wanted.events, TIMES);
  equal(wanted.records, TIMES);
  for (const other of others) deepEqual(await sample(sdk, other), wanted, other.name);
}

async function sample(sdk: Sdk, { work }: Variant) {
  const { exported } = sdk;
  await sdk.flush();
  const before = { ...exported, records: histogramRecords(exported) };
  exported.kept.length = 0;
  exported.keep = true;
  for (let i = 0; i < TIMES; i++) work();
  await sdk.flush();
  exported.keep = false;
  return {
    spans: exported.spans - before.spans,
    events: exported.events - before.events,
    records: histogramRecords(exported) - before.records,
    attributes: [...new Set(exported.kept.map(namesOf))].sort(),
  };
}

function namesOf({ signal, attributes }: Exported['kept'][number]): string {
  return `${signal}: ${Object.keys(attributes).sort().join()}`;
}
