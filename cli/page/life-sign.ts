/** What an event says of the life of its span, whose own word comes only at its end. */
export interface LifeSign {
  /** What began, as far as its events say. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** When it was last heard of, where that was a heartbeat. */
  readonly heard?: number | undefined;
  /** When it is to be taken for lost unless it is heard of again. */
  readonly silentAfter?: number | undefined;
}

/** An event, as far as a sign of life is read off it. */
export interface LifeEvent {
  readonly eventName: string | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const BEGINNING = /^(?<name>.+)[._]start(?:ed)?$/;
const HEARTBEAT = /^(?<name>.+)[._]running$/;
/** A heartbeat comes again after at most the age that it says; exporters keep it for a while. */
const MISSED_BEATS = 3;
const LATE_MILLIS = 15_000;

/**
 * Reads a sign of life off an event: the beginning of a process (`child_process.start`,
 * `codex.exec_server_process_started`), or a heartbeat (`child_process.running`), which says its age.
 */
export function lifeSignOf({ eventName, time, attributes }: LifeEvent): LifeSign | undefined {
  const beginning = BEGINNING.exec(eventName ?? '')?.groups?.name;
  if (beginning !== undefined) return { name: beginning, start: time };
  const name = HEARTBEAT.exec(eventName ?? '')?.groups?.name;
  const age = Number(attributes.age_ms);
  if (name === undefined || !(age >= 0)) return undefined;
  return {
    name,
    start: time - age,
    heard: time,
    silentAfter: time + MISSED_BEATS * age + LATE_MILLIS,
  };
}
