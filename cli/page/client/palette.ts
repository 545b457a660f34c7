import { dotOf, type Ink } from './bar-raster.js';
import type { Outcome } from './outcome.js';

/** What the canvases are painted with; the style sheet decides. */
export interface Palette {
  readonly card: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly second: string;
  readonly font: string;
  readonly colours: Readonly<Record<Outcome, string>>;
  /** Colour and pattern, for larger areas. */
  readonly fills: Readonly<Record<Outcome, string | CanvasPattern>>;
  /** The same, for very many small ones. */
  readonly inks: Readonly<Record<Outcome, Ink>>;
}

const HATCHED: readonly Outcome[] = ['error', 'spawn_failed'];
const HATCH = 6;

const OUTCOME_VARIABLES: Readonly<Record<Outcome, string>> = {
  running: '--running',
  success: '--success',
  error: '--error',
  spawn_failed: '--spawn-failed',
  terminated: '--terminated',
  unsettled: '--unsettled',
  lost: '--unsettled',
};

/** Reads the colours of the theme that holds now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (variable: string) => style.getPropertyValue(variable).trim();
  const card = read('--card');
  const colours = mapOutcomes((outcome) => read(OUTCOME_VARIABLES[outcome]));
  return {
    card,
    text: read('--text'),
    muted: read('--muted'),
    line: read('--line'),
    accent: read('--running'),
    second: read('--success'),
    font: read('--font'),
    colours,
    fills: mapOutcomes((outcome) =>
      HATCHED.includes(outcome) ? hatch(colours[outcome], card) : colours[outcome],
    ),
    inks: mapOutcomes((outcome) => ({
      colour: dotOf(colours[outcome]),
      stripes: HATCHED.includes(outcome) ? dotOf(card) : undefined,
    })),
  };
}

function mapOutcomes<T>(of: (outcome: Outcome) => T): Record<Outcome, T> {
  const outcomes = Object.keys(OUTCOME_VARIABLES) as Outcome[];
  return Object.fromEntries(outcomes.map((outcome) => [outcome, of(outcome)])) as Record<
    Outcome,
    T
  >;
}

function hatch(colour: string, background: string): string | CanvasPattern {
  const tile = document.createElement('canvas');
  tile.width = HATCH;
  tile.height = HATCH;
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, HATCH, HATCH);
  context.strokeStyle = background;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.4;
  for (const shift of [-HATCH, 0, HATCH]) {
    context.beginPath();
    context.moveTo(shift - 1, HATCH + 1);
    context.lineTo(shift + HATCH + 1, -1);
    context.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? colour;
}
