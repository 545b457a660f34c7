import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

const { version } = createRequire(import.meta.url)('otel-exec/package.json') as { version: string };

/** Version of this example, which is the package's. */
export const VERSION = version;

// What servers of this wire may be able to do; this one can do none of it, and says so.
const CAPABILITIES = [
  'networkProxyLaunch',
  'networkProxyReviewDomains',
  'credentialMasking',
  'credentialMaskingCustomProviders',
  'capabilityDiscoverySandbox',
  'fsWatchMissing',
  'capabilityDiscoveryV2',
  'environmentConfigRead',
  'httpHeaderEnvVars',
  'sandboxedFileStreaming',
  'fileWriteStreaming',
  'shellSnapshotV2',
  'windowsMxc',
  'linuxRootWritePreservesDevices',
  'linuxApprovedRootWritePreservesRestrictions',
];

let known: ReturnType<typeof describe> | undefined;

/** What a client may know of the place where its commands will run. */
export function environmentInfo(): object {
  known ??= describe();
  return known;
}

function describe() {
  const shell = user().shell ?? process.env.SHELL ?? process.env.COMSPEC ?? '/bin/sh';
  return {
    shell: { name: basename(shell), path: shell },
    executorVersion: VERSION,
    providerId: providerId(),
    cwd: uriOf(process.cwd()),
    userHomeDir: uriOf(homedir()),
    platformOs: process.platform === 'darwin' ? 'macos' : process.platform,
    prependPathDirs: [],
    temporaryDirectories: [],
    tempDir: uriOf(tmpdir()),
    capabilities: Object.fromEntries(CAPABILITIES.map((name) => [name, false])),
  };
}

function providerId(): string {
  const place = JSON.stringify([hostname(), user().name, process.cwd()]);
  return `sha256:${createHash('sha256').update(place).digest('hex')}`;
}

function user(): { readonly name: string; readonly shell: string | null } {
  try {
    const { username, shell } = userInfo();
    return { name: username, shell };
  } catch {
    // Node's documentation of os.userInfo: it throws where the user has no name, as in many containers.
    return { name: String(process.getuid?.()), shell: null };
  }
}

function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
