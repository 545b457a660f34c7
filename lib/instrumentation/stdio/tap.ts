import type { Context } from '@opentelemetry/api';
import type { Request } from '../../lifecycle/request.js';
import { complain } from '../../opentelemetry/diagnostics.js';
import type { Providers } from '../base/providers.js';
import type { StdioInstrumentationConfig } from './config.js';
import { StdioConversation } from './conversation.js';
import type { Framing, MessageSink } from './framing.js';
import type { Protocol } from './protocol.js';
import { MessageReader } from './reader.js';
import { StdioTelemetry } from './telemetry.js';

/** What {@link StdioTap} takes; each member is optional. */
export interface StdioTapOptions extends Omit<StdioInstrumentationConfig, 'enabled'>, Providers {
  /** Whether what the server asks its client, and notifies it of, is observed too. Default false. */
  readonly client?: boolean;
  /** Where what carries no context begins. Default: the active one. */
  readonly context?: Context | undefined;
  /** Is told, once, that what comes in is no JSON-RPC, so that nothing of it is observed. */
  readonly refused?: () => void;
}

/** A message that came in, within the chunk in which it ended. */
export interface ReceivedMessage {
  /** What was parsed; undefined for what is no JSON object or array. */
  readonly message: unknown;
  /** Where in the chunk its last byte was, with a line's feed, and one more. */
  readonly end: number;
  /** The request that it began; or the notification, where the protocol's convention observes those. */
  readonly request: Request | undefined;
}

/**
 * Reads along what a JSON-RPC server hears on its stdin and says on its stdout, for a program that stands between it
 * and its client and passes the bytes on. Finds out by itself whether a message is a line or has a `Content-Length`
 * header, and by which convention to name what is asked: MCP's, or JSON-RPC's with the methods of LSP or ACP.
 *
 * ```ts
 * const tap = new StdioTap();
 * stdin.pipe(server.stdin);
 * stdin.on('data', (chunk) => tap.received(chunk));
 * ```
 *
 * It keeps nothing of what it is given but the message that hasn't come to its end, up to 4 MiB of it.
 */
export class StdioTap implements Disposable {
  readonly #telemetry: StdioTelemetry;
  readonly #conversation: StdioConversation;
  readonly #reader: MessageReader;
  #sent: Framing | undefined;

  constructor(options: StdioTapOptions = {}) {
    this.#telemetry = new StdioTelemetry(options, options);
    this.#conversation = new StdioConversation({
      isEnabled: () => true,
      getConfig: () => options,
      opened() {},
      telemetryOf: (protocol) => this.#telemetry.of(protocol),
      answersAlone: options.client !== true,
      context: options.context,
    });
    this.#reader = new MessageReader({
      confirmed: (make) => {
        this.#sent = make();
      },
      refused: () => options.refused?.(),
    });
  }

  /** Which protocol is spoken, once a message has told; undefined for one that is none of those known. */
  get protocol(): Protocol | undefined {
    return this.#conversation.protocol;
  }

  /** Whether what comes in turned out to be no JSON-RPC. */
  get isOver(): boolean {
    return this.#reader.isOver;
  }

  /**
   * Tells of bytes that the server's client sent. Never throws.
   * @param each is called for each message that ends in the chunk, in their order, once its request has begun
   */
  received(chunk: Buffer, each?: (received: ReceivedMessage) => void): void {
    const sink: MessageSink = {
      message: (message, end) => {
        const request = this.#conversation.received(message);
        each?.({ message, end, request });
      },
      skipped: () => this.#conversation.skipped(),
    };
    try {
      this.#reader.read(chunk, sink);
    } catch (error) {
      complain('reading what a server is sent', error);
    }
  }

  /** Tells of bytes that the server sent. Never throws. */
  sent(chunk: Buffer): void {
    if (!this.#conversation.began || this.#sent === undefined) return;
    try {
      this.#sent.read(chunk, this.#said);
    } catch (error) {
      complain('reading what a server says', error);
    }
  }

  /** Tells that the server has ended or can't be reached any more: what is open is `disconnected`. */
  close(): void {
    this.#conversation.close();
    this.#telemetry.shutdown();
  }

  /** Does what {@link close} does. */
  [Symbol.dispose](): void {
    this.close();
  }

  readonly #said: MessageSink = {
    message: (message) => this.#conversation.sent(message),
    skipped: () => this.#conversation.skipped(),
  };
}
