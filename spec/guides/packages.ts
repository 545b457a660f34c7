/** One OpenTelemetry line, as a reader of a guide installs it. */
export interface SdkLine {
  readonly title: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Both lines, at the versions that the guides are tried with. */
export const SDK_LINES: readonly SdkLine[] = [
  {
    title: 'SDK 2',
    versions: {
      '@opentelemetry/api': '1.9.1',
      '@opentelemetry/api-logs': '0.223.0',
      '@opentelemetry/auto-instrumentations-node': '0.81.2',
      '@opentelemetry/instrumentation': '0.223.0',
      '@opentelemetry/resources': '2.12.0',
      '@opentelemetry/sdk-logs': '0.223.0',
      '@opentelemetry/sdk-metrics': '2.12.0',
      '@opentelemetry/sdk-node': '0.223.0',
      '@opentelemetry/sdk-trace': '2.12.0',
    },
  },
  {
    title: 'SDK 3',
    versions: {
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/auto-instrumentations-node': '0.82.0',
      '@opentelemetry/instrumentation': '0.301.0',
      '@opentelemetry/resources': '3.1.1',
      '@opentelemetry/sdk-logs': '3.1.1',
      '@opentelemetry/sdk-metrics': '3.1.1',
      '@opentelemetry/sdk-node': '0.301.0',
      '@opentelemetry/sdk-trace': '3.1.1',
    },
  },
];

/** What else the guides install, at the versions that they are tried with. */
const OTHERS: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/client': '2.4.0',
  '@modelcontextprotocol/sdk': '1.32.2',
  '@modelcontextprotocol/server': '2.4.0',
  '@sentry/node': '11.12.0',
  jest: '30.5.2',
  mocha: '12.0.3',
  pino: '10.4.0',
  vitest: '4.1.2',
  'vscode-jsonrpc': '10.0.0',
  zod: '4.6.7',
  winston: '3.19.0',
};

const INSTALL = /^(npm (?:install|i)\b)(.*)$/gm;
const CLI = /\bnpx otel-exec-cli\b/g;

/** Where this repository's packages are, packed and installed. */
export interface Packed {
  /** Each package's tarball, by its name. */
  readonly tarballs: Readonly<Record<string, string>>;
  /** The file of the command line, installed from its tarball. */
  readonly cli: string;
}

/**
 * A guide's command, with this repository's packages instead of the registry's, and pinned versions of all others.
 * @throws Error for a package of which no version is pinned
 */
export function pinCommand(command: string, line: SdkLine, packed: Packed): string {
  return command
    .replaceAll(INSTALL, (_, install, words) =>
      [`${install} --no-audit --no-fund --prefer-offline --loglevel=error`]
        .concat(
          words
            .split(' ')
            .filter(Boolean)
            .map((word: string) => pinWord(word, line, packed)),
        )
        .join(' '),
    )
    .replaceAll(CLI, `node '${packed.cli}'`);
}

function pinWord(word: string, { versions }: SdkLine, { tarballs }: Packed): string {
  if (word.startsWith('-')) return word;
  const tarball = tarballs[word];
  if (tarball !== undefined) return tarball;
  const version = versions[word] ?? OTHERS[word];
  if (version === undefined) throw new Error(`no version of ${word} is pinned for the guides`);
  return `${word}@${version}`;
}
