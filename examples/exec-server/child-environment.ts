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
 * The environment that a client asks for: its own variables alone, or, where it sends a policy, on top
 * of what that takes from the server's environment.
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
    ([name]) => inherit === 'all' || (inherit === 'core' && CORE.includes(name.toUpperCase())),
  );
  const kept = base.filter(([name]) => !excluded(name));
  const chosen = [...kept, ...Object.entries(set)].filter(([name]) => included(name));
  return { ...Object.fromEntries(chosen), ...env };
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
        'i',
      ),
  );
  return (name) => expressions.some((expression) => expression.test(name));
}
