import { syncBuiltinESMExports } from 'node:module';
import { Readable, Writable } from 'node:stream';
import { isStdioClaimed, watchStdioClaims } from '../../lifecycle/stdio-claim.js';
import { complain } from '../../opentelemetry/diagnostics.js';
import { override } from '../base/override.js';
import { StdioConversation, type StdioHost } from './conversation.js';
import type { MakeFraming } from './detection.js';
import { ReceivedChunks } from './received-chunks.js';
import { SentChunks } from './sent-chunks.js';
import { awaitTouch } from './touch.js';

/**
 * Hands on the program's stdin and, once that turns out to be JSON-RPC, on its stdout.
 *
 * They are off for good where stdin is a terminal, where the first bytes are something else, or where somebody
 * else observes what is said there.
 *
 * Where an ES module has imported `node:process`, Node has made both streams, and gives them to who imports
 * them by name without asking the getters again; syncing those exports asks them, and makes nothing else.
 */
export class StdioHands {
  readonly #conversation: StdioConversation;
  readonly #farewells: (() => unknown)[] = [];
  #stdout: Writable | undefined;
  #make: MakeFraming | undefined;
  #received: ReceivedChunks | undefined;

  constructor(host: StdioHost) {
    this.#conversation = new StdioConversation(host);
    this.#farewells.push(
      awaitTouch('stdin', (stream) => this.#holdStdin(stream)),
      awaitTouch('stdout', (stream) => this.#touchedStdout(stream)),
      watchStdioClaims(() => this.takeOff()),
    );
    syncBuiltinESMExports();
  }

  /** Takes them off stdin, and off stdout unless a request has begun, whose response is awaited. */
  takeOff(): void {
    this.#received?.stop();
    for (const farewell of this.#farewells.splice(0)) farewell();
  }

  #holdStdin(stream: object): void {
    if (!(stream instanceof Readable) || (stream as { isTTY?: unknown }).isTTY === true) {
      this.takeOff();
      return;
    }
    const received = new ReceivedChunks(this.#conversation, stream, {
      confirmed: (framing) => this.#confirmed(framing),
      refused: () => this.takeOff(),
    });
    const restore = override(stream, 'push', (push) => {
      return function (this: unknown, ...args: unknown[]) {
        const [chunk] = args;
        if (!Buffer.isBuffer(chunk)) {
          received.handOnRest();
          return Reflect.apply(push, this, args);
        }
        return received.handOn(chunk, (piece) => Reflect.apply(push, this, [piece]));
      };
    });
    this.#received = received;
    this.#farewells.push(restore);
  }

  #touchedStdout(stream: object): void {
    if (!(stream instanceof Writable)) return;
    this.#stdout = stream;
    if (this.#make !== undefined) this.#holdStdout(stream, this.#make);
  }

  #confirmed(make: MakeFraming): void {
    this.#make = make;
    if (this.#stdout !== undefined) this.#holdStdout(this.#stdout, make);
    const close = () => this.#conversation.close();
    process.once('exit', close);
    this.#farewells.push(() => {
      if (!this.#conversation.began) process.removeListener('exit', close);
    });
  }

  #holdStdout(stream: Writable, make: MakeFraming): void {
    const sent = new SentChunks(this.#conversation, make());
    const restore = ['write', 'end'].map((name) =>
      override(stream, name, (original) => {
        return function (this: unknown, ...args: unknown[]) {
          try {
            sent.written(args[0], args[1]);
          } catch (error) {
            complain('reading what is written to stdout', error);
          }
          return Reflect.apply(original, this, args);
        };
      }),
    );
    this.#farewells.push(() => {
      if (this.#conversation.began) return;
      for (const undo of restore) undo();
    });
  }
}

/** Takes hold of stdin and stdout, unless somebody else observes them. */
export function takeHoldOfStdio(host: StdioHost): StdioHands | undefined {
  return isStdioClaimed() ? undefined : new StdioHands(host);
}
