import { Malformed, type Message } from './fields.js';
import { typeOf } from './messages.js';
import { plainOf } from './plain.js';

/** How OTLP/HTTP's messages are written. */
export interface Encoding {
  readonly contentType: string;
  /** @throws Malformed */
  decode(type: string, body: Buffer): Message;
  encode(type: string, message: object): Uint8Array;
  /** A decoded request as OTLP's JSON has it. */
  toJson(request: Message): object;
}

const PROTOBUF: Encoding = {
  contentType: 'application/x-protobuf',
  decode(type, body) {
    try {
      return typeOf(type).decode(body) as unknown as Message;
    } catch (error) {
      throw new Malformed(`this is no ${type} in protobuf: ${messageOf(error)}`);
    }
  },
  encode: (type, message) => typeOf(type).encode(message).finish(),
  toJson: plainOf,
};

/** OTLP's own JSON. */
export const JSON_ENCODING: Encoding = {
  contentType: 'application/json',
  decode(type, body) {
    let message: unknown;
    try {
      message = JSON.parse(body.toString());
    } catch (error) {
      throw new Malformed(`this is no JSON: ${messageOf(error)}`);
    }
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) {
      return message as Message;
    }
    throw new Malformed(`this is no ${type}`);
  },
  encode: (_, message) => Buffer.from(JSON.stringify(message)),
  toJson: (request) => request,
};

/** The encoding of a `Content-Type`, if it is one of OTLP/HTTP's. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  return [PROTOBUF, JSON_ENCODING].find((encoding) => encoding.contentType === mediaType);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
