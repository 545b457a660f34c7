import { nextTick, type Variant } from '../measure/rounds.js';
import { EVENT, eventOf, TARGET } from './event.js';

interface Pino {
  (options: object, destination: PinoDestination): { info(line: object): void };
  destination(options: object): PinoDestination;
  readonly stdTimeFunctions: { readonly isoTime: () => string };
}

interface PinoDestination {
  flush(done: () => void): void;
}

/** pino with its fastest file writer, as its documentation advises: asynchronous, with a buffer. */
export async function pinoLine(dest: string): Promise<Variant> {
  const { pino } = (await import('pino' as string)) as { pino: Pino };
  const destination = pino.destination({ dest, sync: false, minLength: 4_096 });
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
    },
    destination,
  );
  const next = eventOf();
  return {
    name: 'pino',
    work: () =>
      logger.info({
        fields: { message: EVENT.body, 'event.name': EVENT.name, ...next() },
        target: TARGET,
      }),
    drain: () => new Promise((resolve) => destination.flush(() => resolve())),
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
      while (waiting() > 0) await nextTick();
    },
  };
}
