/** What the specs use of `@modelcontextprotocol/sdk`, of any version. */
export interface McpPackage {
  readonly Server: new (info: object, options: object) => McpServer;
  readonly Client: new (info: object, options: object) => McpClient;
  readonly InMemoryTransport: { createLinkedPair(): [McpTransport, McpTransport] };
  readonly McpError: new (code: number, message: string) => Error;
  readonly schemas: Record<string, unknown>;
  /** What the server's file exports. */
  readonly serverModule: { readonly Server: { readonly prototype: object } };
  /** What the client's file exports. */
  readonly clientModule: { readonly Client: { readonly prototype: object } };
}

export interface McpServer {
  setRequestHandler(
    schema: unknown,
    handler: (request: McpRequest, extra: McpExtra) => unknown,
  ): void;
  request(request: object, schema: unknown, options?: object): Promise<unknown>;
  connect(transport: McpTransport): Promise<void>;
  close(): Promise<void>;
  ping(): Promise<unknown>;
}

export interface McpExtra {
  readonly signal: AbortSignal;
}

export interface McpClient {
  setRequestHandler(schema: unknown, handler: (request: McpRequest) => unknown): void;
  request(request: object, schema: unknown, options?: object): Promise<unknown>;
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

/** A version of the first generation's SDK, by the name it is installed under. */
export async function loadMcp(alias: string): Promise<McpPackage> {
  const [serverModule, clientModule, inMemory, schemas] = await Promise.all([
    import(`${alias}/server/index.js`),
    import(`${alias}/client/index.js`),
    import(`${alias}/inMemory.js`),
    import(`${alias}/types.js`),
  ]);
  return {
    ...serverModule,
    ...clientModule,
    ...inMemory,
    ...schemas,
    schemas,
    serverModule,
    clientModule,
  };
}

/** The second generation's packages; what the first one has schemas for, they have names for. */
export async function loadSecondMcp(): Promise<McpPackage> {
  const [serverModule, clientModule] = await Promise.all([
    import('@modelcontextprotocol/server'),
    import('@modelcontextprotocol/client'),
  ]);
  return {
    Server: serverModule.Server as unknown as McpPackage['Server'],
    Client: clientModule.Client as unknown as McpPackage['Client'],
    InMemoryTransport: serverModule.InMemoryTransport as unknown as McpPackage['InMemoryTransport'],
    McpError: serverModule.ProtocolError,
    schemas: { ...METHODS, ResultSchema: ANY },
    serverModule,
    clientModule,
  };
}

/** A schema that takes everything: https://standardschema.dev */
const ANY = {
  '~standard': { version: 1, vendor: 'spec', validate: (value: unknown) => ({ value }) },
};

const METHODS = {
  CallToolRequestSchema: 'tools/call',
  GetPromptRequestSchema: 'prompts/get',
  CreateMessageRequestSchema: 'sampling/createMessage',
  ElicitRequestSchema: 'elicitation/create',
  ListRootsRequestSchema: 'roots/list',
};

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
