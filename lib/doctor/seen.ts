import { allSights, type Sight } from '../opentelemetry/sights.js';
import type { Row } from './table.js';

/** What each place of a kind is like, and what it has counted. */
export function seen(kind: Sight['kind']): readonly Row[] {
  return allSights()
    .filter((sight) => sight.kind === kind)
    .map((sight) => [sight.name, describe(sight)]);
}

function describe(sight: Sight): string {
  const counts = Object.entries(sight.counts()).map(([what, count]) => `${what}: ${count}`);
  const parts = [sight.state(), ...counts];
  return parts.filter((part) => part !== '').join(', ');
}
