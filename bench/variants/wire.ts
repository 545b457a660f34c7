/** How messages are told from each other on a stream. */
export interface Wire {
  /** Puts a message on the wire; all are of ASCII characters. */
  frame(text: string): string;
  /** Takes messages off a text. @returns what is left of it */
  take(text: string, each: (message: string) => void): string;
  /** The method of its requests, which tells the protocol. */
  readonly method: string;
}

const HEADER = /^Content-Length: (\d+)\r\n\r\n/;

/** The two framings of JSON-RPC over stdio: MCP's and LSP's. */
export const WIRES: Readonly<Record<string, Wire>> = {
  'newline-delimited': {
    frame: (text) => `${text}\n`,
    take(text, each) {
      const messages = text.split('\n');
      const rest = messages.pop() ?? '';
      for (const message of messages) each(message);
      return rest;
    },
    method: 'tools/call',
  },
  'Content-Length': {
    frame: (text) => `Content-Length: ${text.length}\r\n\r\n${text}`,
    take(text, each) {
      let rest = text;
      for (;;) {
        const [header, length] = HEADER.exec(rest) ?? [];
        if (header === undefined) return rest;
        const end = header.length + Number(length);
        if (rest.length < end) return rest;
        each(rest.slice(header.length, end));
        rest = rest.slice(end);
      }
    },
    method: 'textDocument/hover',
  },
};

const TEXT =
  'a hundred and more characters of what a tool was asked for or has answered, so that a message has the length of a usual one';

/** A request; `id` has as many digits as the others, so that every response has the same length. */
export function requestText(method: string, id: number): string {
  const params = {
    name: 'greet',
    arguments: { text: TEXT },
    textDocument: { uri: 'file:///a.ts' },
  };
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** Its response. */
export function responseText(id: unknown): string {
  const content = [{ type: 'text', text: TEXT }];
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    result: { content, contents: { kind: 'markdown' } },
  });
}
