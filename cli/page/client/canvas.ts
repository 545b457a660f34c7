/** A canvas that is ready to be painted, in the pixels of the page. */
export interface FittedCanvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Gives a canvas as many dots as the screen has for it; undefined while it is not shown. */
export function fitCanvas(canvas: HTMLCanvasElement): FittedCanvas | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return undefined;
  const ratio = devicePixelRatio;
  const [dotsWide, dotsHigh] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== dotsWide || canvas.height !== dotsHigh) {
    canvas.width = dotsWide;
    canvas.height = dotsHigh;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}
