/** What one colour covers of the timeline, in pixels of the page. */
export interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The longest row of the timeline from the first to the last pixel of a colour of the style sheet. */
export function strokeOf(variable: string): Stroke {
  const canvas = document.querySelector('canvas#lifelines') as HTMLCanvasElement;
  const { width, height } = canvas;
  const probe = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(variable);
  probe.fillRect(0, 0, 1, 1);
  const [wanted = 0] = new Uint32Array(probe.getImageData(0, 0, 1, 1).data.buffer);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const dots = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  let longest = { x: 0, y: 0, width: 0 };
  for (let y = 0; y < height; y++) {
    const row = dots.subarray(y * width, (y + 1) * width);
    const x = row.indexOf(wanted);
    const stroke = { x, y, width: x === -1 ? 0 : row.lastIndexOf(wanted) - x + 1 };
    if (stroke.width > longest.width) longest = stroke;
  }
  return longest;
}

/** Settles with the next frame. */
export function nextFrame(): Promise<number> {
  return new Promise(requestAnimationFrame);
}

/** Pixels that a millisecond has in the timeline. */
export function pixelsPerMilli(): number {
  const canvas = document.querySelector('canvas#lifelines') as HTMLCanvasElement;
  const { from, to } = canvas.dataset;
  return canvas.clientWidth / (Number(to) - Number(from));
}

/** What the details say about the span, by name. */
export function detailsOf(): Record<string, string | undefined> {
  const names = [...document.querySelectorAll('#details dt')];
  return Object.fromEntries(
    names.map((name) => [
      name.textContent,
      name.nextElementSibling?.querySelector('code')?.textContent,
    ]),
  );
}

/** Id of the element that has the focus. */
export function focusedId(): string | undefined {
  return document.activeElement?.id;
}

/** What the clipboard holds. */
export function clipboard(): Promise<string> {
  return navigator.clipboard.readText();
}

/** How wide all of the page is. */
export function pageWidth(): number {
  return document.documentElement.scrollWidth;
}

/** Drags the timeline to and fro. @returns how long each frame took, milliseconds */
export async function panFor(frames: number): Promise<number[]> {
  const canvas = document.querySelector('canvas#lifelines') as HTMLCanvasElement;
  const { left, top, width } = canvas.getBoundingClientRect();
  const at = (step: number) => ({
    pointerId: 1,
    bubbles: true,
    clientX: left + width / 2 + (width / 3) * Math.sin(step / 20),
    clientY: top + 100,
  });
  // A pointer that a script makes up can't be captured.
  canvas.setPointerCapture = () => {};
  canvas.dispatchEvent(new PointerEvent('pointerdown', at(0)));
  const times: number[] = [];
  let last = performance.now();
  for (let step = 1; step <= frames; step++) {
    canvas.dispatchEvent(new PointerEvent('pointermove', at(step)));
    const time = await new Promise<number>((resolve) => {
      requestAnimationFrame(() => resolve(performance.now()));
    });
    times.push(time - last);
    last = time;
  }
  canvas.dispatchEvent(new PointerEvent('pointerup', at(frames)));
  return times;
}
