import { fileURLToPath } from 'node:url';
import { z } from 'zod';

// What is matched with what must not take long: every pattern sees every name.
const MAX_PATTERNS = 64;
const MAX_PATTERN_LENGTH = 128;
const MAX_VARIABLES = 1_024;
const MAX_NAME_LENGTH = 256;

const text = z
  .string()
  .refine((value) => !value.includes('\0'), { error: 'must not contain a NUL character' });

const fileUri = text.transform((uri, context) => {
  try {
    return fileURLToPath(uri);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an absolute file: URI' });
    return z.NEVER;
  }
});

const base64 = z.string().transform((encoded, context) => {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') === encoded) return bytes;
  context.addIssue({ code: 'custom', message: 'must be padded base64' });
  return z.NEVER;
});

const absent = (what: string) =>
  z.null({ error: `this server has no ${what}, and does not pretend to` }).optional();

const processId = z.string().min(1).max(256);
const count = z.number().int().nonnegative().nullish();
const identifier = z.string().max(256).nullish();
const patterns = z.array(z.string().max(MAX_PATTERN_LENGTH)).max(MAX_PATTERNS).default([]);
const variables = z
  .record(text.max(MAX_NAME_LENGTH), text)
  .refine((all) => Object.keys(all).length <= MAX_VARIABLES, {
    error: `must not have more than ${MAX_VARIABLES} members`,
  });

/** `initialize` */
export const initializeParams = z.object({
  clientName: z.string(),
  resumeSessionId: z.string().nullish(),
});

/**
 * `process/start`; `env` alone, or on top of what `envPolicy` takes from the server's own. `metadata` says
 * on whose behalf: the thread is the conversation.
 */
export const startParams = z.object({
  processId,
  argv: z.array(text).min(1),
  cwd: fileUri,
  env: variables.default({}),
  envPolicy: z
    .object({
      inherit: z.enum(['all', 'core', 'none']).default('all'),
      ignoreDefaultExcludes: z.boolean().default(true),
      exclude: patterns,
      set: variables.default({}),
      includeOnly: patterns,
    })
    .nullish(),
  tty: z.boolean().default(false),
  pipeStdin: z.boolean().default(false),
  arg0: text.nullish(),
  metadata: z.object({ threadId: identifier, toolCallId: identifier }).nullish(),
  sandbox: absent('sandbox'),
  managedNetwork: absent('managed network'),
  enforceManagedNetwork: z
    .literal(false, { error: 'this server has no managed network, and does not pretend to' })
    .nullish(),
});

/** `process/read`: chunks after a sequence number, up to a number of bytes, waiting for the first. */
export const readParams = z.object({ processId, afterSeq: count, maxBytes: count, waitMs: count });

/** `process/write`; `closeStdin` ends the child's input after the chunk. */
export const writeParams = z.object({
  processId,
  chunk: base64,
  writeId: z.string().max(256).nullish(),
  closeStdin: z.boolean().default(false),
});

/** `process/signal` */
export const signalParams = z.object({
  processId,
  signal: z.enum(['interrupt', 'terminate', 'kill', 'hangup', 'quit', 'user1', 'user2']),
});

/** `process/terminate` */
export const terminateParams = z.object({ processId });

/** `fs/getMetadata` and `fs/readFile` */
export const pathParams = z.object({ path: fileUri, sandbox: absent('sandbox') });

/** Anything, for methods without parameters. */
export const noParams = z.unknown();

/** What `process/start` asks for. */
export type StartParams = z.infer<typeof startParams>;
/** What `process/read` asks for. */
export type ReadParams = z.infer<typeof readParams>;
/** What `process/write` asks for. */
export type WriteParams = z.infer<typeof writeParams>;
/** The names of signals on the wire. */
export type WireSignal = z.infer<typeof signalParams>['signal'];

/** Where a chunk of output came from. */
export type OutputStream = 'stdout' | 'stderr' | 'pty';

/** A piece of output; numbers count output and ends of one process together, from 1. */
export interface OutputChunk {
  readonly seq: number;
  readonly stream: OutputStream;
  /** Base64. */
  readonly chunk: string;
}

/** The answer to `process/read`. */
export interface ReadResult {
  readonly chunks: readonly OutputChunk[];
  /** What to read from next: pass it less one as `afterSeq`. */
  readonly nextSeq: number;
  readonly exited: boolean;
  readonly exitCode: number | null;
  readonly closed: boolean;
  readonly failure: string | null;
  readonly sandboxDenied: boolean;
}

/** What became of a write. */
export type WriteStatus = 'accepted' | 'unknownProcess' | 'stdinClosed';

/** A message that nobody answers. */
export interface Notification {
  readonly method: 'process/output' | 'process/exited' | 'process/closed';
  readonly params: object;
}
