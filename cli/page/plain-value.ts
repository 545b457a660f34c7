const MAX_DEPTH = 16;
const MAX_TEXT = 64 * 1024;

/**
 * Attributes as JSON can have them: 64-bit integers and bytes are texts where JSON has no such
 * thing, and texts of more than 65,536 characters are cut.
 */
export function plainAttributes(
  attributes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, plainValue(value, MAX_DEPTH)]),
  );
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string' && value.length > MAX_TEXT) return `${value.slice(0, MAX_TEXT)}…`;
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((one) => plainValue(one, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, plainValue(one, depth - 1)]),
  );
}
