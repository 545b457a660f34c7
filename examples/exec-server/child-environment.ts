import { RE2JS } from 're2js';
import type { StartParams } from './wire.js';

const CORE = [
  'PATH',
  'SHELL',
  'TMPDIR',
  'TEMP',
  'TMP',
  'HOME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'LOGNAME',
  'USER',
];
const SECRETS = ['*KEY*', '*SECRET*', '*TOKEN*'];
/**
 * What the exporter proves itself to its collector with, which is nobody else's business.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options
 */
const EXPORTER_SECRETS = /^OTEL_EXPORTER_OTLP_(\w+_)?(HEADERS|CLIENT_KEY|CLIENT_CERTIFICATE)$/i;

/**
 * The environment that a client asks for: its own variables alone, or, where it sends a policy, on top
 * of what that takes from the server's environment, which is never a secret of the server's own exporter.
 * @param inherited the server's own environment
 */
export function childEnvironment(
  { env, envPolicy }: Pick<StartParams, 'env' | 'envPolicy'>,
  inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string | undefined> {
  if (envPolicy === null || envPolicy === undefined) return { ...env };
  const { inherit, ignoreDefaultExcludes, exclude, set, includeOnly } = envPolicy;
  const excluded = matcher(ignoreDefaultExcludes ? exclude : [...SECRETS, ...exclude]);
  const included = includeOnly.length === 0 ? () => true : matcher(includeOnly);
  const base = Object.entries(inherited).filter(
    ([name]) =>
      !EXPORTER_SECRETS.test(name) &&
      (inherit === 'all' || (inherit === 'core' && CORE.includes(name.toUpperCase()))),
  );
  const kept = base.filter(([name]) => !excluded(name));
  const chosen = [...kept, ...Object.entries(set)].filter(([name]) => included(name));
  return { ...Object.fromEntries(chosen), ...env };
}

// Only `*` and `?` mean something. RE2 takes time in proportion to the name, whatever the pattern:
// https://github.com/google/re2/wiki/WhyRE2
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) =>
    RE2JS.compile(expressionOf(pattern), RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL),
  );
  return (name) => expressions.some((expression) => expression.testExact(name));
}

function expressionOf(pattern: string): string {
  return RE2JS.quote(pattern.replace(/\*+/g, '*')).replaceAll('\\*', '.*').replaceAll('\\?', '.');
}
