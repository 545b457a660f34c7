import { Lanes } from './lanes.js';
import { endOf, type Group, type Lifeline, type Lifelines, outlives } from './lifelines.js';
import type { ViewRange } from './view-range.js';

/** Pixels of the canvas. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a lane's height that a bar has. */
interface Band {
  readonly y: number;
  readonly height: number;
}

/** Where the bars of a lane lie. */
interface LaneShape {
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

/** Height of the time axis on top. */
export const AXIS_HEIGHT = 26;
const MOST_AHEAD = 0.32;
const LEAST_WIDTH = 3;
const REACH = 4;
const ROOMY: LaneShape = {
  height: 33,
  first: { y: 4, height: 7 },
  long: { y: 16, height: 11 },
  short: { y: 13, height: 5 },
  alone: { y: 4, height: 7 },
  labels: 'above',
};
const SNUG: LaneShape = {
  height: 20,
  first: { y: 1, height: 5 },
  long: { y: 6, height: 10 },
  short: { y: 7, height: 4 },
  alone: { y: 8, height: 6 },
  labels: 'beside',
};
const NARROW = 520;
/** Room that a label has, and the name in it, where there is much room and where there is little. */
const LABELS = {
  wide: { width: 210, name: 132, timing: true },
  narrow: { width: 110, name: 90, timing: false },
};

const AIR = 12;

/** Where everything is: with labels while there is room for them, else as dense as it must be. */
export class TimelineLayout {
  readonly #roomy = new Lanes({ width: LABELS.wide.width + AIR, gap: AIR });
  readonly #snug = new Lanes({ width: LEAST_WIDTH, gap: LABELS.wide.width + AIR });
  readonly #dense = new Lanes({ width: LEAST_WIDTH + 1, gap: 2 });
  #lanes = this.#roomy;
  #shape = ROOMY;
  #visible: Group[] = [];
  #view: ViewRange | undefined;
  #width = 0;
  #now = 0;
  #scroll = 0;
  #overflow = 0;

  /** Where there is room for labels, if there is any. */
  get labels(): LaneShape['labels'] {
    return this.#shape.labels;
  }

  /** What there is room for in a label. */
  get label() {
    return this.#width < NARROW ? LABELS.narrow : LABELS.wide;
  }

  /** The groups that reach into the view. */
  get visible(): readonly Group[] {
    return this.#visible;
  }

  /** Whether there is more below or above. */
  get scrollable(): boolean {
    return this.#overflow > 0;
  }

  /** Lays everything out. */
  arrange(
    lifelines: Lifelines,
    view: ViewRange,
    now: number,
    size: { readonly width: number; readonly height: number },
  ): void {
    const { groups, generation } = lifelines;
    const millisPerPixel = view.millis / size.width;
    const reach = LABELS.wide.width * millisPerPixel;
    this.#view = view;
    this.#width = size.width;
    view.ahead = Math.min(MOST_AHEAD, this.label.width / size.width);
    this.#now = now;
    this.#visible = groups.filter(
      (group) => group.start < view.to && endOf(group) > view.from - reach,
    );
    const room = size.height - AXIS_HEIGHT - 6;
    for (const [lanes, shape] of [
      [this.#roomy, ROOMY],
      [this.#snug, SNUG],
    ] as const) {
      lanes.place(groups, generation, millisPerPixel);
      const overflow = this.#lanesOf(lanes) * shape.height - room;
      this.#use(lanes, shape, overflow);
      if (overflow <= 0) return;
    }
    this.#dense.place(groups, generation, millisPerPixel);
    const denseLanes = this.#lanesOf(this.#dense);
    const height = Math.max(6, Math.min(18, Math.floor(room / denseLanes)));
    this.#use(this.#dense, denseShape(height), denseLanes * height - room);
  }

  /** Looks further down or up. */
  scrollBy(pixels: number): void {
    this.#scroll = Math.max(0, Math.min(Math.max(0, this.#overflow), this.#scroll + pixels));
  }

  /** The pixel column of a time. */
  x(time: number): number {
    const view = this.#view;
    return view === undefined ? 0 : ((time - view.from) / view.millis) * this.#width;
  }

  /** Top of the lane of a group. */
  laneTop(group: Group): number {
    return AXIS_HEIGHT + 6 + this.#lanes.of(group) * this.#shape.height - this.#scroll;
  }

  /** Where a bar is. */
  rectangle(lifeline: Lifeline): Rectangle {
    const { y, height } = this.#band(lifeline);
    const x = this.x(lifeline.span.start);
    const end = this.x(lifeline.end ?? this.#now);
    const top = this.laneTop(lifeline.group) + y;
    return { x, y: top, width: Math.max(LEAST_WIDTH, end - x), height };
  }

  /** The bar at a place, or the one next to it. */
  at(x: number, y: number): Lifeline | undefined {
    let nearest: Lifeline | undefined;
    let distance = Number.POSITIVE_INFINITY;
    for (const group of this.#visible) {
      const above = y - this.laneTop(group);
      if (above < 0 || above >= this.#shape.height) continue;
      for (const lifeline of group.lifelines) {
        const far = farness(this.rectangle(lifeline), x, y);
        if (far < distance) [nearest, distance] = [lifeline, far];
      }
      if (nearest === undefined && this.#isOnLabel(group, x)) nearest = group.lifelines.at(-1);
    }
    return nearest;
  }

  #band(lifeline: Lifeline): Band {
    const { first, long, short, alone } = this.#shape;
    const { lifelines } = lifeline.group;
    if (lifelines.length === 1) return alone;
    if (lifelines[0] === lifeline) return first;
    return outlives(lifeline) ? long : short;
  }

  #isOnLabel(group: Group, x: number): boolean {
    if (this.#shape.labels === undefined) return false;
    const time = this.#shape.labels === 'above' ? group.start : Math.min(endOf(group), this.#now);
    const along = x - this.x(time);
    return along >= 0 && along < this.label.width;
  }

  #use(lanes: Lanes, shape: LaneShape, overflow: number): void {
    this.#lanes = lanes;
    this.#shape = shape;
    this.#overflow = overflow;
    this.scrollBy(0);
  }

  #lanesOf(lanes: Lanes): number {
    return this.#visible.reduce((most, group) => Math.max(most, lanes.of(group) + 1), 1);
  }
}

function denseShape(height: number): LaneShape {
  const thin = Math.max(2, Math.floor(height * 0.3));
  const below = { y: thin, height: Math.max(3, height - thin - 1) };
  return {
    height,
    first: { y: 0, height: thin },
    long: below,
    short: below,
    alone: { y: 0, height: thin },
    labels: undefined,
  };
}

function farness({ x, y, width, height }: Rectangle, atX: number, atY: number): number {
  const besides = Math.max(x - atX, atX - x - width, 0);
  const above = Math.max(y - atY, atY - y - height, 0);
  return besides > REACH || above > REACH + 2 ? Number.POSITIVE_INFINITY : besides + above;
}
