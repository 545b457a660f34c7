import { bandOf, denseShape, type LaneShape, LEAST_WIDTH, ROOMY, SNUG } from './lane-shape.js';
import type { Group, Lifeline } from './lifeline.js';
import { Sections, type ShownGroups } from './sections.js';
import type { ViewRange } from './view-range.js';

/** Pixels of the canvas. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Height of the time axis on top. */
export const AXIS_HEIGHT = 26;
/** Height of what says whose the lanes below are, where there are several services. */
export const HEADING_HEIGHT = 20;
const MOST_AHEAD = 0.32;
const REACH = 4;
/** Labels are worth so much scrolling. */
const MOST_SCREENS = 2;
const NARROW = 520;
/** Room that a label has, and the name in it, where there is much room and where there is little. */
const LABELS = {
  wide: { width: 210, name: 132, timing: true },
  narrow: { width: 110, name: 90, timing: false },
};

const AIR = 12;
const DENSITIES = {
  roomy: { width: LABELS.wide.width + AIR, gap: AIR },
  snug: { width: LEAST_WIDTH, gap: LABELS.wide.width + AIR },
  dense: { width: LEAST_WIDTH + 1, gap: 2 },
};

type Density = keyof typeof DENSITIES;

/** Where everything is: with labels while there is room for them, else as dense as it must be. */
export class TimelineLayout {
  readonly #sections = new Sections(DENSITIES);
  #density: Density = 'roomy';
  #shape = ROOMY;
  #visible: Group[] = [];
  #headings: { service: string; y: number }[] = [];
  readonly #tops = new Map<string, number>();
  #view: ViewRange | undefined;
  #width = 0;
  #now = 0;
  #scroll = 0;
  #overflow = 0;
  #room = 0;

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

  /** Where the lanes of each service begin; empty where there is one service alone. */
  get headings(): readonly { readonly service: string; readonly y: number }[] {
    return this.#headings;
  }

  /** Whether there is more below or above. */
  get scrollable(): boolean {
    return this.#overflow > 0;
  }

  /** Which part of all lanes can be seen, as shares of their height; undefined: all of it. */
  get seen(): { readonly from: number; readonly to: number } | undefined {
    if (this.#overflow <= 0) return undefined;
    const all = this.#room + this.#overflow;
    return { from: this.#scroll / all, to: (this.#scroll + this.#room) / all };
  }

  /** Lays everything out. */
  arrange(
    shown: ShownGroups,
    view: ViewRange,
    now: number,
    size: { readonly width: number; readonly height: number },
  ): void {
    const millisPerPixel = view.millis / size.width;
    const reach = LABELS.wide.width * millisPerPixel;
    this.#view = view;
    this.#width = size.width;
    view.ahead = Math.min(MOST_AHEAD, this.label.width / size.width);
    this.#now = now;
    this.#sections.take(shown);
    this.#visible = shown.groups.filter(
      (group) => group.start < view.to && group.end > view.from - reach,
    );
    this.#room = size.height - AXIS_HEIGHT - 6;
    if (this.#tries('roomy', ROOMY, millisPerPixel, 1)) return;
    if (this.#tries('snug', SNUG, millisPerPixel, MOST_SCREENS)) return;
    const lanes = this.#sections.place('dense', millisPerPixel, this.#visible, Infinity);
    const shape = denseShape(Math.floor((this.#room - this.#headingsHeight) / lanes));
    this.#use('dense', shape, lanes);
  }

  /** Looks further down or up. */
  scrollBy(pixels: number): void {
    this.#scroll = Math.max(0, Math.min(Math.max(0, this.#overflow), this.#scroll + pixels));
    this.#stack();
  }

  /** Scrolls as far as it must for the lane of a lifeline to be seen. */
  reveal({ group }: Lifeline, height: number): void {
    const top = this.laneTop(group);
    if (top < AXIS_HEIGHT) this.scrollBy(top - AXIS_HEIGHT);
    const below = top + this.#shape.height - height;
    if (below > 0) this.scrollBy(below);
  }

  /** The pixel column of a time. */
  x(time: number): number {
    const view = this.#view;
    return view === undefined ? 0 : ((time - view.from) / view.millis) * this.#width;
  }

  /** Top of the lane of a group. */
  laneTop(group: Group): number {
    const lane = this.#sections.of(group)?.lanes[this.#density].of(group) ?? 0;
    return (this.#tops.get(group.service) ?? 0) + lane * this.#shape.height - this.#scroll;
  }

  /** Where a bar is. @param laneTop top of its lane */
  rectangle(lifeline: Lifeline, laneTop = this.laneTop(lifeline.group)): Rectangle {
    const { y, height } = bandOf(lifeline, this.#shape);
    const x = this.x(lifeline.span.start);
    const end = this.x(lifeline.end ?? this.#now);
    return { x, y: laneTop + y, width: Math.max(LEAST_WIDTH, end - x), height };
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

  #isOnLabel(group: Group, x: number): boolean {
    if (this.#shape.labels === undefined) return false;
    const time = this.#shape.labels === 'above' ? group.start : Math.min(group.end, this.#now);
    const along = x - this.x(time);
    return along >= 0 && along < this.label.width;
  }

  get #headingsHeight(): number {
    return this.#sections.several ? this.#sections.used.length * HEADING_HEIGHT : 0;
  }

  /** @returns whether everything has room in so many screens, and so lies there now */
  #tries(density: Density, shape: LaneShape, millisPerPixel: number, screens: number): boolean {
    const most = (this.#room * screens) / shape.height;
    const lanes = this.#sections.place(density, millisPerPixel, this.#visible, most);
    if (lanes * shape.height + this.#headingsHeight > this.#room * screens) return false;
    this.#use(density, shape, lanes);
    return true;
  }

  #use(density: Density, shape: LaneShape, lanes: number): void {
    this.#density = density;
    this.#shape = shape;
    this.#overflow = lanes * shape.height + this.#headingsHeight - this.#room;
    this.scrollBy(0);
  }

  #stack(): void {
    let y = AXIS_HEIGHT + 6;
    this.#headings = [];
    for (const { service, used } of this.#sections.used) {
      if (this.#sections.several) {
        this.#headings.push({ service, y: y - this.#scroll });
        y += HEADING_HEIGHT;
      }
      this.#tops.set(service, y);
      y += used * this.#shape.height;
    }
  }
}

function farness({ x, y, width, height }: Rectangle, atX: number, atY: number): number {
  const besides = Math.max(x - atX, atX - x - width, 0);
  const above = Math.max(y - atY, atY - y - height, 0);
  return besides > REACH || above > REACH + 2 ? Number.POSITIVE_INFINITY : besides + above;
}
