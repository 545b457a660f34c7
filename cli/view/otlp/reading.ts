import type { Intake } from '../received.js';

/** What was read off a request. */
export interface Reading {
  /** How many items can't be shown, and why the last one of them can't. */
  readonly refused: number;
  readonly reason: string;
  /** Hands the others on. */
  deliver(intake: Intake): void;
}

/** A reading of items that were read one by one; undefined is one that can't be shown. */
export function readingOf<Item>(
  items: readonly (Item | undefined)[],
  reason: string,
  put: (intake: Intake, item: Item) => void,
): Reading {
  const read = items.filter((item) => item !== undefined);
  return {
    refused: items.length - read.length,
    reason,
    deliver: (intake) => {
      for (const item of read) put(intake, item);
    },
  };
}
