const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR),
];

/** A moment to mark on an axis. */
export interface Tick {
  readonly time: number;
  readonly label: string;
}

/** Round local times within a stretch, no more than so many. */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  const wanted = (to - from) / Math.max(1, most);
  const step = STEPS.find((candidate) => candidate >= wanted) ?? 24 * HOUR;
  const zone = new Date(from).getTimezoneOffset() * MINUTE;
  const ticks: Tick[] = [];
  for (let time = Math.ceil((from - zone) / step) * step + zone; time <= to; time += step) {
    ticks.push({ time, label: labelOf(time, step) });
  }
  return ticks;
}

function labelOf(time: number, step: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= MINUTE) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  if (step >= SECOND) return seconds;
  return `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
