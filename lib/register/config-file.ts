import { findNodeSdk } from './sdk/node-sdk.js';
import { sendDiagnosticsToStderr, tell } from './stderr-diagnostics.js';

/** Names a file that configures the SDK, in place of every other variable. */
const CONFIG_FILE = 'OTEL_CONFIG_FILE';

interface FileStarter {
  /** From 0.301 on. */
  readonly startNodeSdk?: () => unknown;
  /** Its name before. */
  readonly startNodeSDK?: () => unknown;
}

/**
 * Starts the SDK by the file that `OTEL_CONFIG_FILE` names, which `new NodeSDK()` doesn't read.
 * @returns false where no file is named, or where there is no SDK, or none that reads it, which is told
 * @throws what loading or starting it throws
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#declarative-configuration
 */
export function startByFile(): boolean {
  if (!process.env[CONFIG_FILE]?.trim()) return false;
  const found = findNodeSdk();
  if (found === undefined) return false;
  const { startNodeSdk, startNodeSDK } = found.load() as FileStarter;
  const startSdk = startNodeSdk ?? startNodeSDK;
  if (startSdk === undefined) {
    tell(`${CONFIG_FILE} is not used: this @opentelemetry/sdk-node can't read it; a newer one can`);
    return false;
  }
  startSdk();
  sendDiagnosticsToStderr(process.env.OTEL_LOG_LEVEL);
  return true;
}
