import type { TimelineLayout } from './timeline-layout.js';
import type { ViewRange } from './view-range.js';

/** What the hands on the timeline do. */
export interface TimelineActions {
  readonly canvas: HTMLCanvasElement;
  readonly view: ViewRange;
  readonly layout: TimelineLayout;
  /** The view or the scroll position is another one. */
  moved(): void;
  /** Somebody pressed here. */
  pressed(x: number, y: number): void;
  /** The pointer is here; undefined: it left. */
  hovered(place: { readonly x: number; readonly y: number } | undefined): void;
  /** Selects the next or the previous lifeline. */
  step(direction: 1 | -1): void;
  /** Looks at the newest again. */
  follow(): void;
  showAll(): void;
  deselect(): void;
  open(): void;
}

const CLICK_PIXELS = 5;
const WHEEL_ZOOM = 0.0022;
const KEY_PAN = 0.12;
const KEY_ZOOM = 0.7;

/** Listens to pointers, wheel and keys. */
export function listenToTimeline(actions: TimelineActions): void {
  listenToPointers(actions);
  actions.canvas.addEventListener('wheel', (event) => turn(event, actions), { passive: false });
  actions.canvas.parentElement?.addEventListener('keydown', (event) => press(event, actions));
}

/** The time in the middle, or the newest while it follows: what stays where it is under buttons and keys. */
export function anchorOf(view: ViewRange): number {
  return view.following ? view.to : (view.from + view.to) / 2;
}

function listenToPointers(actions: TimelineActions): void {
  const { canvas, view, layout } = actions;
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    travelled = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const [x, y] = [event.offsetX, event.offsetY];
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      actions.hovered({ x, y });
      return;
    }
    travelled += Math.abs(x - before.x) + Math.abs(y - before.y);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, { x, y });
    if (travelled < CLICK_PIXELS) return;
    if (other === undefined) {
      view.pan(((before.x - x) / canvas.clientWidth) * view.millis);
      layout.scrollBy(before.y - y);
    } else {
      const factor = Math.max(8, Math.abs(before.x - other.x)) / Math.max(8, Math.abs(x - other.x));
      view.zoom(factor, timeAt(other.x, actions));
    }
    actions.hovered(undefined);
    actions.moved();
  });
  canvas.addEventListener('pointerup', (event) => {
    pointers.delete(event.pointerId);
    if (travelled < CLICK_PIXELS) actions.pressed(event.offsetX, event.offsetY);
  });
  canvas.addEventListener('pointercancel', (event) => pointers.delete(event.pointerId));
  canvas.addEventListener('pointerleave', () => actions.hovered(undefined));
}

function turn(event: WheelEvent, { canvas, view, layout, moved, ...actions }: TimelineActions) {
  const sideways = event.shiftKey ? event.deltaY : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    const time = view.from + (event.offsetX / canvas.clientWidth) * view.millis;
    view.zoom(Math.exp(event.deltaY * WHEEL_ZOOM), time);
  } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? event.deltaX : event.deltaY)) {
    view.pan((sideways / canvas.clientWidth) * view.millis);
  } else if (layout.scrollable) {
    layout.scrollBy(event.deltaY);
  } else {
    return;
  }
  event.preventDefault();
  actions.hovered(undefined);
  moved();
}

function press(event: KeyboardEvent, actions: TimelineActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { view } = actions;
  const far = event.shiftKey ? 5 : 1;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => view.pan(-view.millis * KEY_PAN * far),
    ArrowRight: () => view.pan(view.millis * KEY_PAN * far),
    '+': () => view.zoom(KEY_ZOOM, anchorOf(view)),
    '=': () => view.zoom(KEY_ZOOM, anchorOf(view)),
    '-': () => view.zoom(1 / KEY_ZOOM, anchorOf(view)),
    ArrowDown: () => actions.step(1),
    ArrowUp: () => actions.step(-1),
    Enter: () => actions.open(),
    Escape: () => actions.deselect(),
    Home: () => actions.showAll(),
    End: () => actions.follow(),
  };
  const action = keys[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
  actions.moved();
}

function timeAt(x: number, { canvas, view }: TimelineActions): number {
  return view.from + (x / canvas.clientWidth) * view.millis;
}
