const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const clockMillis = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Milliseconds as people say them: `0.42 ms`, `3.20 s`, `2 min 05 s`, `3 h 07 min`. */
export function formatDuration(millis: number): string {
  const value = Math.max(0, millis);
  if (value < 1_000) return `${significant(value)} ms`;
  if (value < 59_995) return `${significant(value / 1_000)} s`;
  const seconds = Math.round(value / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** The time of day of milliseconds since 1970, with the day where it isn't today. */
export function formatTime(millis: number): string {
  const date = new Date(millis);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

/** The time of day with milliseconds. */
export function formatTimeMillis(millis: number): string {
  return clockMillis.format(millis);
}

/** A number with as many digits as it needs: `0`, `0.25`, `12.5`, `1200`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/**
 * How the values of a metric are said.
 * @param unit as the metric has it
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/#instrument-units
 */
export function formatOf(unit: string): (value: number) => string {
  if (unit === 's') return formatSeconds;
  if (unit === 'ms') return (millis) => formatSeconds(millis / 1_000);
  if (unit === 'us') return (micros) => formatSeconds(micros / 1e6);
  if (unit === 'By') return formatBytes;
  return formatNumber;
}

function formatSeconds(seconds: number): string {
  return seconds >= 1 ? `${formatNumber(seconds)} s` : `${formatNumber(seconds * 1_000)} ms`;
}

function formatBytes(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${formatNumber(bytes / 1_024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

function significant(value: number): string {
  if (value < 1) return value.toFixed(2);
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
