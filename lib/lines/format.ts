import { quote, writeJson } from './json.js';
import { nameSeverity } from './level.js';
import type { LineRecord } from './record.js';
import { formatTimestamp } from './timestamp.js';

const cacheLimit = 1000;
const keys = new Map<string, string>();
const events = new Map<string, string>();
const tails = new Map<string, string>();

/**
 * A log record as one line of JSON, without its newline:
 * `{"timestamp":…,"level":…,"fields":{"message":…,"event.name":…,…},"target":…}`.
 *
 * The body is `message`, left out where there is none; the event name follows; then the attributes in
 * their order. An attribute of either name gives way to what the record itself says there. Nothing is
 * added: trace ids are there only as attributes. Never throws, whatever the values are; a record that
 * can't be read becomes a line that says so.
 */
export function formatLine(record: LineRecord): string {
  try {
    return composeLine(record);
  } catch {
    return composeLine({
      hrTime: [0, 0],
      severityNumber: 13,
      attributes: { message: 'log record could not be read' },
      instrumentationScope: { name: 'otel-exec' },
    });
  }
}

function composeLine(record: LineRecord): string {
  const level = nameSeverity(record.severityNumber);
  const tail = recall(tails, record.instrumentationScope.name, composeTail);
  const fields = composeFields(record);
  return `{"timestamp":"${formatTimestamp(record)}","level":"${level}","fields":{${fields}${tail}`;
}

function composeFields({ body, eventName, attributes }: LineRecord): string {
  const message = body === null ? undefined : writeJson(body);
  let fields = message === undefined ? '' : `"message":${message}`;
  if (eventName !== undefined) {
    const event = recall(events, eventName, composeEvent);
    fields += fields === '' ? event : `,${event}`;
  }
  for (const key of Object.keys(attributes)) {
    if (key === 'message' && message !== undefined) continue;
    if (key === 'event.name' && eventName !== undefined) continue;
    const value = writeJson(attributes[key]);
    if (value === undefined) continue;
    fields += fields === '' ? '' : ',';
    fields += recall(keys, key, composeKey) + value;
  }
  return fields;
}

function recall(
  cache: Map<string, string>,
  name: string,
  compose: (name: string) => string,
): string {
  const known = cache.get(name);
  if (known !== undefined) return known;
  if (cache.size >= cacheLimit) cache.clear();
  const text = compose(name);
  cache.set(name, text);
  return text;
}

function composeKey(key: string): string {
  return `${quote(key)}:`;
}

function composeEvent(eventName: string): string {
  return `"event.name":${quote(String(eventName))}`;
}

function composeTail(scope: string): string {
  return `},"target":${quote(String(scope))}}`;
}
