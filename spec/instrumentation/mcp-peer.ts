/** What the specs use of `@modelcontextprotocol/sdk`, of any version. */
export interface McpPackage {
  readonly Server: new (info: object, options: object) => McpServer;
  readonly Client: new (info: object, options: object) => McpClient;
  readonly InMemoryTransport: { createLinkedPair(): [McpTransport, McpTransport] };
  readonly McpError: new (code: number, message: string) => Error;
  readonly schemas: Record<string, object>;
  /** What the server's file exports. */
  readonly serverModule: { readonly Server: { readonly prototype: object } };
}

export interface McpServer {
  setRequestHandler(schema: unknown, handler: (request: McpRequest) => unknown): void;
  connect(transport: McpTransport): Promise<void>;
  close(): Promise<void>;
  ping(): Promise<unknown>;
}

export interface McpClient {
  connect(transport: McpTransport): Promise<void>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

export interface McpRequest {
  readonly params: { readonly name: string; readonly arguments?: Record<string, unknown> };
}

export type Message = Record<string, unknown>;

export interface McpTransport {
  start(): Promise<void>;
  send(message: unknown): Promise<void>;
  close(): Promise<void>;
  onmessage?: ((message: Message) => void) | undefined;
  onclose?: (() => void) | undefined;
}

/** A version of the SDK, by the name it is installed under. */
export async function loadMcp(alias: string): Promise<McpPackage> {
  const [serverModule, client, inMemory, schemas] = await Promise.all([
    import(`${alias}/server/index.js`),
    import(`${alias}/client/index.js`),
    import(`${alias}/inMemory.js`),
    import(`${alias}/types.js`),
  ]);
  return { ...serverModule, ...client, ...inMemory, ...schemas, schemas, serverModule };
}

/** A peer that sends whatever a test wants, over the SDK's in-memory transport. */
export class McpPeer {
  readonly #transport: McpTransport;
  readonly #received: Message[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(transport: McpTransport) {
    this.#transport = transport;
    transport.onmessage = (message) => {
      this.#received.push(message);
      for (const wake of this.#waiting) wake();
    };
  }

  async send(...messages: unknown[]): Promise<void> {
    for (const message of messages) await this.#transport.send(message).catch(() => {});
  }

  /** The response with an id, once it is there. */
  async answerTo(id: unknown): Promise<Message> {
    for (;;) {
      const index = this.#received.findIndex((m) => m.id === id && !('method' in m));
      const [found] = index < 0 ? [] : this.#received.splice(index, 1);
      if (found !== undefined) return found;
      await this.#next();
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
