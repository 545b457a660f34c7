import { type Lifeline, outlives } from './lifeline.js';

/** The part of a lane's height that a bar has. */
export interface Band {
  readonly y: number;
  readonly height: number;
}

/** Where the bars of a lane lie. */
export interface LaneShape {
  readonly height: number;
  /** What started the others. */
  readonly first: Band;
  /** What outlives its parent. */
  readonly long: Band;
  /** What its parent outlives. */
  readonly short: Band;
  /** What started nothing. */
  readonly alone: Band;
  /** Where labels are: above what is long, beside it, or nowhere. */
  readonly labels: 'above' | 'beside' | undefined;
}

/** How wide a bar is at least, pixels. */
export const LEAST_WIDTH = 3;
const LEAST_LANE = 4;
const MOST_LANE = 18;
/** With labels above what is long. */
export const ROOMY: LaneShape = {
  height: 33,
  first: { y: 4, height: 7 },
  long: { y: 16, height: 11 },
  short: { y: 13, height: 5 },
  alone: { y: 4, height: 7 },
  labels: 'above',
};
/** With labels beside. */
export const SNUG: LaneShape = {
  height: 20,
  first: { y: 1, height: 5 },
  long: { y: 6, height: 10 },
  short: { y: 7, height: 4 },
  alone: { y: 8, height: 6 },
  labels: 'beside',
};

/** Without labels. @param room how high a lane may be, pixels */
export function denseShape(room: number): LaneShape {
  const height = Math.max(LEAST_LANE, Math.min(MOST_LANE, room));
  const thin = Math.max(1, Math.floor(height * 0.35));
  const below = { y: thin, height: height - thin - 1 };
  return {
    height,
    first: { y: 0, height: thin },
    long: below,
    short: below,
    alone: { y: 0, height: thin },
    labels: undefined,
  };
}

/** Where the bar of a lifeline lies in its lane. */
export function bandOf(lifeline: Lifeline, { first, long, short, alone }: LaneShape): Band {
  const { lifelines } = lifeline.group;
  if (lifelines.length === 1) return alone;
  if (lifelines[0] === lifeline) return first;
  return outlives(lifeline) ? long : short;
}
