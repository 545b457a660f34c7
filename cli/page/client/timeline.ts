import { fitCanvas } from './canvas.js';
import { element } from './dom.js';
import { formatDuration, formatTime } from './format.js';
import { FoundGroups } from './found-groups.js';
import { Legend } from './legend.js';
import type { Lifeline } from './lifeline.js';
import type { Lifelines } from './lifelines.js';
import { type Palette, readPalette } from './palette.js';
import type { Search } from './search.js';
import { anchorOf, listenToTimeline } from './timeline-input.js';
import { TimelineLayout } from './timeline-layout.js';
import { linksOf } from './timeline-links.js';
import { paintTimeline } from './timeline-painter.js';
import { TimelineTip } from './timeline-tip.js';
import { ViewRange } from './view-range.js';

/** What the timeline shows and whom it tells. */
export interface TimelineOptions {
  readonly lifelines: Lifelines;
  readonly restarts: readonly number[];
  /** Milliseconds since 1970 by the server's clock; it stands still while the server is out of reach. */
  readonly now: () => number;
  readonly nameOf: (lifeline: Lifeline) => string;
  /** Somebody selected a lifeline, or none. */
  readonly select: (lifeline: Lifeline | undefined) => void;
  /** The stretch of time is another one. */
  readonly moved: () => void;
  /** Somebody wants to work with what is selected. */
  readonly open: () => void;
}

const FIRST_VIEW = 60_000;
const BUTTON_ZOOM = 0.5;
const QUIET_MILLIS = 1_000;

/** The timeline of lifelines. */
export class Timeline {
  readonly view: ViewRange;
  readonly #options: TimelineOptions;
  readonly #canvas = element('lifelines', HTMLCanvasElement);
  readonly #tip = new TimelineTip(this.#canvas);
  readonly #live = element('live', HTMLButtonElement);
  readonly #layout = new TimelineLayout();
  readonly #found: FoundGroups;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #palette: Palette = readPalette();
  #selected: Lifeline | undefined;
  #stale = true;
  /** Whether what is selected has not been brought into view yet. */
  #unseen = false;
  readonly #legend = new Legend();
  #painted = { now: 0, at: 0 };

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#found = new FoundGroups(options.lifelines, options.nameOf);
    this.view = new ViewRange(options.now(), FIRST_VIEW);
    this.#listen();
    requestAnimationFrame(this.#frame);
  }

  get selected(): Lifeline | undefined {
    return this.#selected;
  }

  /** Something is new. */
  refresh(): void {
    this.#found.refresh();
    this.#stale = true;
  }

  /** Shows what a search finds. @returns how many there are of what is drawn together */
  narrow(search: Search): number {
    this.#found.look(search);
    this.refresh();
    return this.#found.groups.length;
  }

  /** Selects the next or the previous one of those that are shown. */
  step(direction: 1 | -1): void {
    const all = this.#found.groups.flatMap(({ lifelines }) => lifelines);
    const at = this.#selected === undefined ? -1 : all.indexOf(this.#selected);
    const next = at === -1 ? all.at(-1) : all[at + direction];
    if (next !== undefined) this.select(next);
  }

  /** Shows everything, if nothing can be seen of what there is. */
  showSomething(): void {
    const { from, to } = this.view;
    const { groups } = this.#found;
    if (!groups.some((group) => group.start < to && group.end > from)) this.showAll();
  }

  /** Shows everything that there is. */
  showAll(): void {
    const { groups } = this.#found;
    const [first] = groups;
    if (first === undefined) return;
    const now = this.#options.now();
    const ends = groups.map((group) => Math.min(group.end, Math.max(now, group.start)));
    this.view.fit(
      first.start,
      ends.reduce((a, b) => Math.max(a, b), first.start),
    );
    this.refresh();
  }

  /** The theme is another one. */
  repaint(): void {
    this.#palette = readPalette();
    this.refresh();
  }

  /** Selects a lifeline, and brings it into view. */
  select(lifeline: Lifeline | undefined): void {
    this.#selected = lifeline;
    if (lifeline !== undefined) this.#show(lifeline);
    this.refresh();
    this.#options.select(lifeline);
  }

  readonly #frame = (at: number) => {
    requestAnimationFrame(this.#frame);
    const now = this.#options.now();
    const moves = now !== this.#painted.now && (this.view.following || this.#anyRuns());
    const pause = this.#still.matches ? QUIET_MILLIS : this.#pixelMillis();
    if (!this.#stale && !(moves && at - this.#painted.at >= pause)) return;
    this.#painted = { now, at };
    this.#stale = false;
    this.view.tick(now);
    this.#paint(now);
    this.#options.moved();
  };

  /** How long it takes until anything moves by half a pixel; at most thirty pictures a second. */
  #pixelMillis(): number {
    return Math.max(33, this.view.millis / this.#canvas.clientWidth / 2);
  }

  #paint(now: number): void {
    const fitted = fitCanvas(this.#canvas);
    if (fitted === undefined) return;
    const { context, width, height } = fitted;
    const { lifelines, restarts, nameOf } = this.#options;
    const { view } = this;
    this.#layout.arrange(this.#found, view, now, { width, height });
    if (this.#unseen && this.#selected !== undefined) this.#layout.reveal(this.#selected, height);
    this.#unseen = false;
    const linkedOf = (one: Lifeline) => linksOf(one, lifelines);
    const scene = { layout: this.#layout, view, now, width, height, restarts, nameOf, linkedOf };
    paintTimeline(context, { ...scene, selected: this.#selected }, this.#palette);
    this.#canvas.dataset.from = String(view.from);
    this.#canvas.dataset.to = String(view.to);
    this.#live.setAttribute('aria-pressed', String(view.following));
    element('range', HTMLElement).textContent =
      `${formatTime(view.from)} – ${formatTime(view.to)} · ${formatDuration(view.millis)}`;
    element('empty', HTMLElement).hidden = lifelines.size > 0;
    this.#tellNothing();
    this.#canvas.classList.toggle('scrollable', this.#layout.scrollable);
    this.#legend.show(lifelines.outcomes);
  }

  #anyRuns(): boolean {
    return this.#layout.visible.some((group) => group.end === Number.POSITIVE_INFINITY);
  }

  #show({ span, end }: Lifeline): void {
    const { view } = this;
    this.#unseen = true;
    const last = end ?? this.#options.now();
    if (last >= view.from && span.start <= view.to) return;
    view.pan((span.start + last) / 2 - (view.from + view.to) / 2);
  }

  #listen(): void {
    const zoom = (factor: number) => {
      this.view.zoom(factor, anchorOf(this.view));
      this.refresh();
    };
    const follow = () => {
      this.view.follow(this.#options.now());
      this.refresh();
    };
    element('zoom-in', HTMLElement).addEventListener('click', () => zoom(BUTTON_ZOOM));
    element('zoom-out', HTMLElement).addEventListener('click', () => zoom(1 / BUTTON_ZOOM));
    element('show-all', HTMLElement).addEventListener('click', () => this.showAll());
    this.#live.addEventListener('click', follow);
    new ResizeObserver(() => this.refresh()).observe(this.#canvas);
    listenToTimeline({
      canvas: this.#canvas,
      view: this.view,
      layout: this.#layout,
      moved: () => this.refresh(),
      pressed: (x, y) => this.select(this.#layout.at(x, y)),
      hovered: (place) => {
        const lifeline = place && this.#layout.at(place.x, place.y);
        this.#tip.show(lifeline, place, this.#options);
      },
      step: (direction) => this.step(direction),
      follow,
      showAll: () => this.showAll(),
      deselect: () => this.select(undefined),
      open: () => this.#options.open(),
    });
  }

  /** Says why nothing can be seen, where there is something elsewhere. */
  #tellNothing(): void {
    const nothing = element('nothing-found', HTMLElement);
    const isNowhere = this.#found.groups.length === 0;
    nothing.hidden = this.#options.lifelines.size === 0 || this.#layout.visible.length > 0;
    const text = isNowhere ? 'No span is found.' : 'No span in this stretch of time.';
    if (nothing.textContent !== text) nothing.textContent = text;
  }
}
