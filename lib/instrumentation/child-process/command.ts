import type { Context } from '@opentelemetry/api';
import {
  type Environment,
  type EnvironOptions,
  injectEnvironment,
  injectPairs,
} from '../../carriers/environ.js';
import type { SyncForm } from './seam.js';

/** What is started: the shell, where there is one. */
export interface Command {
  /** Path or name of the executable. */
  readonly file: string;
  /** The arguments, the executable's own name first. */
  readonly argv: readonly string[];
}

/** What a start asks for, and how to ask for the same in another environment. */
export interface Start {
  readonly command: Command;
  /** The same, in an environment that carries the context. Changes nothing of what was asked for. */
  carrying(context: Context, options: EnvironOptions): unknown;
}

/** A Sync form's start. */
export interface SyncStart extends Start {
  carrying(context: Context, options: EnvironOptions): readonly unknown[];
}

interface ShellOptions {
  readonly shell?: unknown;
  readonly env?: unknown;
  readonly argv0?: unknown;
}

/**
 * Reads what `ChildProcess.prototype.spawn` is called with: `file`, `args` with argv[0], and `envPairs`.
 * @see https://github.com/nodejs/node/blob/v20.19.0/lib/child_process.js `normalizeSpawnArguments`
 */
export function readSpawn(options: unknown): Start {
  const { file, args, envPairs } = (options ?? {}) as Record<string, unknown>;
  const argv = Array.isArray(args) ? (args as readonly string[]) : [];
  return {
    command: { file: String(file), argv },
    carrying: (context, carried) => {
      const bun = bunEnvironment(options as object);
      if (bun !== undefined) {
        const env = injectEnvironment(context, bun.environment, carried);
        return changed(options as object, { [bun.key]: env });
      }
      const pairs = Array.isArray(envPairs) ? envPairs : pairsOf(process.env);
      return changed(options as object, { envPairs: injectPairs(context, pairs, carried) });
    },
  };
}

/**
 * Bun hands the environment over as an object under a symbol of its own, and then doesn't look at `envPairs`
 * (`kBunEnv`, up to 1.4 at least).
 * @see https://github.com/oven-sh/bun/blob/main/src/js/node/child_process.ts
 */
function bunEnvironment(options: object) {
  if (!('bun' in process.versions)) return undefined;
  const key = Object.getOwnPropertySymbols(options).find((one) => one.description === 'bunEnv');
  const environment: unknown = key && Reflect.get(options, key);
  return key && isObject(environment)
    ? { key, environment: environment as Environment }
    : undefined;
}

/**
 * Reads the arguments of a Sync form as Node does.
 * @see https://nodejs.org/api/child_process.html#synchronous-process-creation
 */
export function readSync(form: SyncForm, args: readonly unknown[]): SyncStart {
  const second = form === 'execSync' || !(Array.isArray(args[1]) || args[1] == null) ? 1 : 2;
  const options = args[second];
  const given = Array.isArray(args[1]) ? (args[1] as readonly string[]) : [];
  return {
    command: commandOf(form, String(args[0]), given, isObject(options) ? options : {}),
    carrying: (context, carried) => {
      if (options !== undefined && !isObject(options)) return args;
      const asked = (options?.env || process.env) as Environment;
      const env = injectEnvironment(context, flatten(asked), carried);
      const before = Array.from({ length: second }, (_, index) => args[index]);
      return [...before, changed(options ?? {}, { env }), ...args.slice(second + 1)];
    },
  };
}

function commandOf(
  form: SyncForm,
  file: string,
  args: readonly string[],
  options: ShellOptions,
): Command {
  if (form !== 'execSync' && !options.shell) {
    return { file, argv: [String(options.argv0 ?? file), ...args] };
  }
  const shell = typeof options.shell === 'string' ? options.shell : defaultShell();
  const flags = /^(?:.*\\)?cmd(?:\.exe)?$/i.test(shell) ? ['/d', '/s', '/c'] : ['-c'];
  return { file: shell, argv: [shell, ...flags, [file, ...args].join(' ')] };
}

function defaultShell(): string {
  if (process.platform === 'win32') return process.env.comspec || 'cmd.exe';
  return process.platform === 'android' ? '/system/bin/sh' : '/bin/sh';
}

/** Node's `normalizeSpawnArguments`: "Prototype values are intentionally included." */
function flatten(environment: Environment): Environment {
  const flat: Record<string, string | undefined> = Object.create(null);
  for (const name in environment) flat[name] = environment[name];
  return flat;
}

function pairsOf(environment: Environment): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** A copy with the same prototype: Node's own options have none, on purpose. */
function changed(options: object, changes: object): object {
  return { __proto__: Object.getPrototypeOf(options), ...options, ...changes };
}

function isObject(value: unknown): value is ShellOptions {
  return typeof value === 'object' && value !== null;
}
