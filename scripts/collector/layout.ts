import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The configurations that this repository ships, as absolute paths. */
export const configurations = {
  /** One collector beside an exec server. */
  main: `${root}otel-collector.yaml`,
  /** First tier of two. */
  agent: `${root}docs/collector/agent.yaml`,
  /** Second tier of two. */
  gateway: `${root}docs/collector/gateway.yaml`,
} as const;

/** The manifest that the official builder makes a collector from. */
export const manifestPath = `${root}scripts/collector/builder.yaml`;

/** The manifest's text and the version in it. Throws if it names none. */
export async function readManifest(): Promise<{ text: string; version: string }> {
  const text = await readFile(manifestPath, 'utf8');
  const version = /^ {2}version: (\S+)$/m.exec(text)?.[1];
  if (version === undefined) throw new Error(`${manifestPath}: no dist.version`);
  return { text, version };
}
