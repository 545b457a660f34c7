import type { ProcessFacts, RequestFacts } from '../conventions/facts.js';
import { cut } from '../conventions/fields.js';

/** What a message says of its request, and what is known beside it; each is read only when a signal asks for it. */
export class MessageFacts implements RequestFacts {
  readonly #message: Partial<RequestFacts> | null | undefined;
  readonly #more: Partial<RequestFacts> | undefined;
  readonly #captureResourceUri: boolean;

  /** @param more what the message doesn't say by itself, or says otherwise */
  constructor(
    message: unknown,
    more: Partial<RequestFacts> | undefined,
    captureResourceUri: boolean,
  ) {
    this.#message = message as Partial<RequestFacts> | null | undefined;
    this.#more = more;
    this.#captureResourceUri = captureResourceUri;
  }

  get id(): unknown {
    return this.#more?.id ?? this.#message?.id;
  }

  get method(): string {
    return this.#more?.method ?? (this.#message?.method as string);
  }

  get jsonrpc(): unknown {
    return this.#more?.jsonrpc ?? this.#message?.jsonrpc;
  }

  get tool(): string | undefined {
    return this.#more?.tool;
  }

  get prompt(): string | undefined {
    return this.#more?.prompt;
  }

  get resourceUri(): string | undefined {
    return this.#captureResourceUri ? this.#more?.resourceUri : undefined;
  }

  get sessionId(): string | undefined {
    return this.#more?.sessionId;
  }

  get protocolVersion(): string | undefined {
    return this.#more?.protocolVersion;
  }

  get transport(): string | undefined {
    return this.#more?.transport;
  }

  get networkProtocolName(): string | undefined {
    return this.#more?.networkProtocolName;
  }

  get networkProtocolVersion(): string | undefined {
    return this.#more?.networkProtocolVersion;
  }

  get serverAddress(): string | undefined {
    return this.#more?.serverAddress;
  }

  get serverPort(): number | undefined {
    return this.#more?.serverPort;
  }

  get clientAddress(): string | undefined {
    return this.#more?.clientAddress;
  }

  get clientPort(): number | undefined {
    return this.#more?.clientPort;
  }
}

/** What may be told of a process. */
export interface ProcessCapture {
  /** Whether spans carry the base name of the executable. */
  readonly executableName: boolean;
  /** Whether spans carry the executable's path. */
  readonly executablePath: boolean;
  /** Whether spans carry the command and its arguments. */
  readonly commandArgs: boolean;
}

/** The facts of a process that may be told; each is read only when a signal asks for it. */
export class ToldProcess implements ProcessFacts {
  readonly #facts: ProcessFacts;
  readonly #capture: ProcessCapture;

  constructor(facts: ProcessFacts, capture: ProcessCapture) {
    this.#facts = facts;
    this.#capture = capture;
  }

  get id(): string | number | undefined {
    return this.#facts.id;
  }

  get executable(): string | undefined {
    const { executable } = this.#capture.executableName ? this.#facts : {};
    return executable === undefined ? undefined : baseName(String(executable));
  }

  get executablePath(): string | undefined {
    if (!this.#capture.executablePath) return undefined;
    const path = this.#facts.executablePath ?? this.#facts.executable;
    return path === undefined ? undefined : cut(String(path));
  }

  get argv(): readonly string[] | undefined {
    return this.#capture.commandArgs ? this.#facts.argv : undefined;
  }

  get conversationId(): string | undefined {
    return this.#facts.conversationId;
  }

  get toolCallId(): string | undefined {
    return this.#facts.toolCallId;
  }
}

function baseName(path: string): string {
  return cut(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
}
