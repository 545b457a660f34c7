import { type Directives, parseDirectives, printDirectives } from './directive.js';
import { floors, type LineLevel, settleSeverity } from './level.js';

export { LineFilterError } from './directive.js';

const cacheLimit = 1000;

/** Says which targets are written from which level on. Made by {@link parseLineFilter}. */
export class LineFilter {
  /** The level of every target that no directive names. */
  readonly defaultLevel: LineLevel;
  /** The named targets and their levels. */
  readonly targets: ReadonlyMap<string, LineLevel>;
  readonly #longestFirst: readonly (readonly [string, LineLevel])[];
  readonly #floors = new Map<string, number>();

  /** Made by `parseLineFilter`. @internal */
  constructor(directives: Directives) {
    this.defaultLevel = directives.defaultLevel;
    this.targets = directives.targets;
    this.#longestFirst = [...directives.targets].sort(([a], [b]) => b.length - a.length);
  }

  /** The level that holds for a target (a logger's scope name): that of the longest match. */
  levelOf(target: string): LineLevel {
    const match = this.#longestFirst.find(([directive]) => covers(directive, target));
    return match?.[1] ?? this.defaultLevel;
  }

  /**
   * Whether a record passes.
   * @param severityNumber OpenTelemetry's SeverityNumber, 1 to 24; undefined or 0 counts as 9 (INFO)
   */
  allows(target: string, severityNumber: number | undefined): boolean {
    return settleSeverity(severityNumber) >= this.#floorOf(target);
  }

  /** Whether a record of some severity could pass: false only where the level is `off`. */
  allowsAny(target: string): boolean {
    return this.#floorOf(target) !== floors.off;
  }

  /** The filter in its own grammar, default first; reads back as an equal filter. */
  toString(): string {
    return printDirectives(this);
  }

  #floorOf(target: string): number {
    const known = this.#floors.get(target);
    if (known !== undefined) return known;
    if (this.#floors.size >= cacheLimit) this.#floors.clear();
    const floor = floors[this.levelOf(target)];
    this.#floors.set(target, floor);
    return floor;
  }
}

/**
 * Reads a filter such as `warn,codex_exec_server::telemetry=info`: a default level and `target=level`
 * pairs, comma separated. The longest match wins. A target matches itself and what lies below it at
 * `::`, `.` or `/`: `foo` covers `foo::bar`, not `foobar`.
 *
 * @param text the directives; undefined or empty is `info`
 * @throws {LineFilterError} which names the bad directive and what was expected
 */
export function parseLineFilter(text?: string): LineFilter {
  return new LineFilter(parseDirectives(text));
}

/**
 * Scar: tracing-subscriber 0.3 matches targets as bare prefixes, so that there `foo` enables `foobar`.
 * https://github.com/tokio-rs/tracing/blob/00ad71ed1042895b9d5562ce0d3dab6269474798/tracing-subscriber/src/filter/directive.rs
 */
function covers(directive: string, target: string): boolean {
  if (!target.startsWith(directive)) return false;
  const end = directive.length;
  if (target.length === end) return true;
  return target[end] === '.' || target[end] === '/' || target.startsWith('::', end);
}
