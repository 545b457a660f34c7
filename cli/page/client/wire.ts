/** A message from the server, as far as the page reads it. */
export interface WireMessage {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: WireParams;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What the server tells of a process. */
export interface WireParams {
  readonly processId: string;
  readonly stream?: string;
  readonly chunk?: string;
  readonly exitCode?: number;
}

/** What the server says about itself. */
export interface EnvironmentInfo {
  readonly shell: { readonly name: string; readonly path: string };
  readonly cwd: string;
}

/** The signals that the server knows by name. */
export const SIGNALS = [
  'interrupt',
  'terminate',
  'kill',
  'hangup',
  'quit',
  'user1',
  'user2',
] as const;

/** The bytes that base64 stands for. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
