import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { environmentInfo } from './environment-info.js';
import { getMetadata, readFile } from './files.js';
import type { Limits } from './limits.js';
import type { Processes } from './processes.js';
import { CODES, RpcError } from './rpc-error.js';
import {
  initializeParams,
  noParams,
  pathParams,
  readParams,
  signalParams,
  startParams,
  terminateParams,
  type WireSignal,
  writeParams,
} from './wire.js';

/** What a handler works with. */
export interface MethodContext {
  readonly limits: Limits;
  readonly processes: Processes;
}

/** One method of the server. */
export interface Method {
  /** Whether it waits for something outside of the server, and so must not hold the others up. */
  readonly waits: boolean;
  /** Answers it. @throws RpcError, or rejects with it */
  readonly handle: (params: unknown, context: MethodContext) => unknown;
}

const SIGNALS: Readonly<Record<WireSignal, NodeJS.Signals>> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  kill: 'SIGKILL',
  hangup: 'SIGHUP',
  quit: 'SIGQUIT',
  user1: 'SIGUSR1',
  user2: 'SIGUSR2',
};

/** Everything that this server can do. */
export const METHODS: ReadonlyMap<string, Method> = new Map([
  method('initialize', initializeParams, ({ resumeSessionId }) => {
    if (typeof resumeSessionId === 'string') {
      throw new RpcError(
        CODES.invalidRequest,
        'no such session: sessions end with their connection',
      );
    }
    return { sessionId: randomUUID(), environmentInfo: environmentInfo() };
  }),
  method('environment/info', noParams, () => environmentInfo()),
  method('process/start', startParams, async (params, { processes }) => {
    await processes.start(params);
    return { processId: params.processId, sandboxType: 'none' };
  }),
  waitingMethod('process/read', readParams, (params, { processes }) =>
    processes.get(params.processId).feed.read(params),
  ),
  waitingMethod('process/write', writeParams, async (params, { processes }) => ({
    status: (await processes.find(params.processId)?.write(params)) ?? 'unknownProcess',
  })),
  method('process/signal', signalParams, ({ processId, signal }, { processes }) => {
    processes.get(processId).signal(SIGNALS[signal]);
    return {};
  }),
  method('process/terminate', terminateParams, ({ processId }, { processes }) => ({
    running: processes.find(processId)?.terminate() ?? false,
  })),
  method('fs/getMetadata', pathParams, ({ path }) => getMetadata(path)),
  method('fs/readFile', pathParams, ({ path }, { limits }) => readFile(path, limits.fileBytes)),
]);

/** Their names: the only ones that become labels and span names. */
export const METHOD_NAMES: readonly string[] = [...METHODS.keys()];

function method<Params>(
  name: string,
  schema: z.ZodType<Params>,
  handle: (params: Params, context: MethodContext) => unknown,
  waits = false,
): [string, Method] {
  return [name, { waits, handle: (params, context) => handle(parse(schema, params), context) }];
}

function waitingMethod<Params>(
  name: string,
  schema: z.ZodType<Params>,
  handle: (params: Params, context: MethodContext) => unknown,
): [string, Method] {
  return method(name, schema, handle, true);
}

function parse<Params>(schema: z.ZodType<Params>, params: unknown): Params {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'params'}: ${message}`);
  throw new RpcError(CODES.invalidParams, `invalid params: ${faults.join('; ')}`);
}
