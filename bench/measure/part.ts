import type { Spread } from './statistics.js';

/** One line of a part's table. */
export interface Row {
  readonly variant: string;
  /** What was measured, in the part's unit. */
  readonly value: Spread;
  /** To another variant of the same rounds. */
  readonly ratio?: { readonly to: string; readonly value: Spread };
  readonly goal?: Goal;
}

/** What a row should reach. */
export interface Goal {
  readonly text: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What it was in version 0.1, where that is known. */
  readonly was?: string;
}

/** One table of the report. */
export interface Table {
  readonly title: string;
  /** What the values are, such as `ns per lifecycle`. */
  readonly unit: string;
  /** What was run, in a sentence or two. */
  readonly about: string;
  readonly rows: readonly Row[];
  /** What else to know. */
  readonly notes?: readonly string[];
  /** Whether a chart of the medians helps. Default false. */
  readonly chart?: boolean;
}

/** One part of the suite: what `npm run bench -w bench -- <name>` runs. */
export type Part = () => Promise<readonly Table[]>;
