import type { LineRecord, RecordTime } from './record.js';

const lastSecond = 253_402_300_799;
let cachedSecond = -1;
let cachedPrefix = '';
let cachedMillis = -1;
let cachedTimestamp = '';

/**
 * A record's time in RFC 3339, UTC, with milliseconds (cut, not rounded): `2026-01-31T12:00:00.000Z`.
 * Where the record has no time from 1970 to 9999, it is the time it was observed, and else now.
 *
 * Law: "Use Timestamp if it is present, otherwise use ObservedTimestamp",
 * https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-observedtimestamp
 */
export function formatTimestamp(record: LineRecord): string {
  const time = chooseTime(record);
  const second = time[0];
  const millis = Math.floor(time[1] / 1e6);
  if (second !== cachedSecond) {
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, 20);
    cachedSecond = second;
  } else if (millis === cachedMillis) return cachedTimestamp;
  cachedMillis = millis;
  cachedTimestamp = `${cachedPrefix}${millis < 10 ? '00' : millis < 100 ? '0' : ''}${millis}Z`;
  return cachedTimestamp;
}

function chooseTime({ hrTime, hrTimeObserved }: LineRecord): RecordTime {
  if (isTime(hrTime)) return hrTime;
  if (isTime(hrTimeObserved)) return hrTimeObserved;
  const now = Date.now();
  return [Math.floor(now / 1000), (now % 1000) * 1e6];
}

function isTime(time: RecordTime | undefined): time is RecordTime {
  if (!Array.isArray(time)) return false;
  const [seconds, nanoseconds] = time as RecordTime;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > lastSecond) return false;
  return nanoseconds >= 0 && nanoseconds < 1e9 && seconds + nanoseconds > 0;
}
