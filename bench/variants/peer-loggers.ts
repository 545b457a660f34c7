import { setTimeout } from 'node:timers/promises';
import type { Variant } from '../measure/rounds.js';
import { EVENT, eventOf, TARGET } from './event.js';

interface PinoLogger {
  info(line: object, message?: string): void;
  child(bindings: object): PinoLogger;
}

interface Pino {
  (options: object, destination: PinoDestination): PinoLogger;
  destination(options: object): PinoDestination;
  readonly stdTimeFunctions: { readonly isoTime: () => string };
}

interface PinoDestination {
  readonly _writing: boolean;
  readonly _len: number;
}

/**
 * pino with its own file writer, asynchronous as its documentation advises for speed, or as it is by
 * default. Its `flush` also asks the disk to sync, which no other variant does, so its end is polled for.
 */
async function openPino(dest: string, sync: boolean) {
  const { pino } = (await import('pino' as string)) as { pino: Pino };
  const destination = pino.destination({ dest, sync });
  const options = {
    base: null,
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
  };
  const drain = async () => {
    while (destination._writing || destination._len > 0) await setTimeout(1);
  };
  return { logger: pino(options, destination), drain };
}

/** The same line from pino, its fields in a member of their own. */
export async function pinoLine(dest: string, sync: boolean): Promise<Variant> {
  const { logger, drain } = await openPino(dest, sync);
  const next = eventOf();
  return {
    name: sync ? 'pino, synchronous' : 'pino',
    ...(sync && { against: 'pino' }),
    work: () =>
      logger.info({
        fields: { message: EVENT.body, 'event.name': EVENT.name, ...next() },
        target: TARGET,
      }),
    drain,
  };
}

/** The same fields as pino likes them best: flat, with what never changes in a child logger. */
export async function flatPinoLine(dest: string): Promise<Variant> {
  const { logger, drain } = await openPino(dest, false);
  const child = logger.child({ target: TARGET, 'event.name': EVENT.name });
  const next = eventOf();
  return {
    name: 'pino, flat',
    against: 'pino',
    work: () => child.info(next(), EVENT.body),
    drain,
  };
}

interface Winston {
  createLogger(options: object): { log(line: object): void; readonly writableLength: number };
  readonly transports: { readonly File: new (options: object) => WinstonFile };
  readonly format: {
    combine(...formats: unknown[]): unknown;
    json(): unknown;
    (transform: (info: Record<string, unknown>) => object): () => unknown;
  };
}

interface WinstonFile {
  readonly writableLength: number;
  readonly _stream: { readonly writableLength: number; readonly readableLength: number };
  readonly _dest: { readonly writableLength: number } | undefined;
}

/** winston with its file transport and its JSON format. */
export async function winstonLine(filename: string): Promise<Variant> {
  const { default: winston } = (await import('winston' as string)) as { default: Winston };
  const file = new winston.transports.File({ filename });
  const stamp = winston.format((info) => ({
    ...info,
    timestamp: new Date().toISOString(),
    level: String(info.level).toUpperCase(),
    message: undefined,
  }));
  const logger = winston.createLogger({
    transports: [file],
    format: winston.format.combine(stamp(), winston.format.json()),
  });
  const next = eventOf();
  const waiting = () =>
    logger.writableLength +
    file.writableLength +
    file._stream.writableLength +
    file._stream.readableLength +
    (file._dest?.writableLength ?? 1);
  return {
    name: 'winston',
    against: 'pino',
    work: () =>
      logger.log({
        level: 'info',
        fields: { message: EVENT.body, 'event.name': EVENT.name, ...next() },
        target: TARGET,
      }),
    drain: async () => {
      while (waiting() > 0) await setTimeout(1);
    },
  };
}
