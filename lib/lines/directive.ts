import { type LineLevel, levels } from './level.js';

/** A filter's directives as read: what unnamed targets get, and what named ones get. */
export interface Directives {
  readonly defaultLevel: LineLevel;
  readonly targets: ReadonlyMap<string, LineLevel>;
}

/** Thrown for a filter that can't be read; names the directive at fault. */
export class LineFilterError extends Error {
  override readonly name = 'LineFilterError';
  /** The directive at fault, as it was written, without the spaces around it. */
  readonly directive: string;
  /** What would have been right in its place. */
  readonly expected: string;

  constructor(directive: string, expected: string) {
    super(`Bad log filter directive ${JSON.stringify(directive)}: expected ${expected}`);
    this.directive = directive;
    this.expected = expected;
  }
}

const levelNames = levels.join(', ');
const segmentText = /^[^\s,="[\]{}]+$/;
const separator = /::|[./]/;

/**
 * Reads a filter such as `warn,codex_exec_server::telemetry=info`.
 *
 * ```ebnf
 * filter    = [ entry ] , { "," , [ entry ] } ;
 * entry     = { space } , ( level | target , [ "=" , level ] ) , { space } ;
 * level     = "off" | "error" | "warn" | "info" | "debug" | "trace"       (* in any case *)
 *           | "0"   | "1"     | "2"    | "3"    | "4"     | "5" ;         (* the same, in order *)
 * target    = segment , { separator , segment } ;
 * separator = "::" | "." | "/" ;
 * segment   = character , { character } ;      (* not a separator, space, or one of , = " [ ] { } *)
 * ```
 *
 * A lone level is the default; a lone target is at `trace`. Said twice, the later entry holds. A
 * filter with entries but no default is `off` for what it doesn't name; one without entries
 * (undefined, empty, spaces) is `info`. `info=debug` is the target named `info`.
 *
 * @throws {LineFilterError} for the first entry that the grammar doesn't have
 */
export function parseDirectives(text: string | undefined): Directives {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  const said = entries.filter((entry) => entry !== '');
  const targets = new Map<string, LineLevel>();
  let defaultLevel: LineLevel = said.length === 0 ? 'info' : 'off';
  for (const entry of said) {
    const equals = entry.indexOf('=');
    const lone = equals === -1 ? parseLevel(entry) : undefined;
    if (lone !== undefined) defaultLevel = lone;
    else if (equals === -1) targets.set(checkTarget(entry, entry), 'trace');
    else setTarget(targets, entry, equals);
  }
  return { defaultLevel, targets };
}

/** Prints directives so that they read back as the same ones; the default always comes first. */
export function printDirectives({ defaultLevel, targets }: Directives): string {
  return [defaultLevel, ...Array.from(targets, ([target, level]) => `${target}=${level}`)].join(
    ',',
  );
}

function setTarget(targets: Map<string, LineLevel>, entry: string, equals: number): void {
  const level = parseLevel(entry.slice(equals + 1));
  if (level === undefined) {
    throw new LineFilterError(entry, `a level after "=", one of ${levelNames}, or 0 to 5`);
  }
  targets.set(checkTarget(entry.slice(0, equals), entry), level);
}

function parseLevel(word: string): LineLevel | undefined {
  if (/^[0-5]$/.test(word)) return levels[Number(word)];
  const lower = word.toLowerCase();
  return levels.find((level) => level === lower);
}

function checkTarget(target: string, entry: string): string {
  const segments = target.split(separator);
  if (segments.every((segment) => segmentText.test(segment))) return target;
  const found = /[[\]{}"]/.test(target) ? ' (spans and fields are not part of this grammar)' : '';
  throw new LineFilterError(
    entry,
    `a level, a target or target=level, where a target is segments joined by "::", "." or "/"${found}`,
  );
}
