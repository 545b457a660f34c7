import type { Outcome } from '../conventions/convention.js';
import type { Clock } from '../signals/clock.js';
import type { Beginning } from '../signals/spans.js';
import { Observer } from './observer.js';
import { Recording } from './recording.js';

/** What is known of something that began with another host. */
export interface Lost<O extends Outcome> {
  /** Milliseconds since the Unix epoch. */
  readonly began: number;
  /** When it was last known to be open, likewise. */
  readonly ended: number;
  readonly outcome: O;
}

const WALL_CLOCK: Clock = { now: () => Date.now(), epochOffset: () => 0 };

/**
 * Tells the end of something that another host began and could not settle: on all three signals, like any
 * other end, but it is never counted as open here.
 */
export function tellLost<Facts, O extends Outcome>(
  observer: Observer<Facts, O>,
  facts: Facts,
  beginning: Beginning,
  { began, ended, outcome }: Lost<O>,
): void {
  const { instruments } = observer;
  const series = instruments.find(facts);
  const ending = instruments.series.bound(outcome);
  const cell = instruments.count(series, ending);
  if (!observer.isHeard) return;
  const candidate = series.proven ? undefined : instruments.candidate(facts);
  const past = new Observer({ ...observer, clock: WALL_CLOCK });
  new Recording(past, series, facts, beginning, began).settle(
    outcome,
    ending,
    cell,
    ended,
    candidate && { candidate, admitted: undefined },
  );
}
