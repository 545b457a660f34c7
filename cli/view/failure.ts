/** A view can't begin; the message says why, and the one thing to do. */
export class ViewFailure extends Error {
  override readonly name = 'ViewFailure';
}

/** What an error says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
