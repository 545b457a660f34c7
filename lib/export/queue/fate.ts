import type { LossReason } from '../tally.js';

/** What became of an attempt to send a batch. */
export type Fate = Settled | Failed;

/** The batch is done with. */
export type Settled =
  | { readonly kind: 'arrived'; readonly rejected: number; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: LossReason; readonly message: string };

/** The batch may be tried again. */
export interface Failed {
  readonly kind: 'failed';
  readonly message: string;
  /** Milliseconds that the endpoint asks to be left alone. */
  readonly retryInMillis: number | undefined;
}

/** What an error says, with its code where that is a status. Never throws. */
export function messageOf(error: unknown): string {
  try {
    const { code, message = String(error) } = (error ?? {}) as { code?: unknown; message?: string };
    const isNamed = typeof code !== 'number' || message.startsWith(String(code));
    return isNamed ? message : `${code} ${message}`;
  } catch {
    return "an error that can't be read";
  }
}
