/** Where finished lines go. Nothing here throws. */
export interface LineSink {
  /** What is taken and not yet written, in bytes; a stream that keeps strings counts UTF-16 units. */
  readonly waiting: number;
  /**
   * Takes a line that ends with its newline.
   * @param tellLost is told if this line won't be written; lines with the same one are gathered
   */
  write(line: string, tellLost: TellLost): void;
  /** Calls back once, as soon as all taken lines are written or lost; at once if they are. */
  whenIdle(callback: () => void): void;
}

/** Is told of lines that were taken or refused and won't be written, and why. */
export type TellLost = (lines: number, error: unknown) => void;

/** How much may wait for a slow reader before lines are dropped, in bytes: 16 MiB. */
export const BUFFER_LIMIT = 16 * 1024 * 1024;
