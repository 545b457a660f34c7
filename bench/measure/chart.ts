import type { Table } from './part.js';

const WIDTH = 720;
const LABELS = 250;
const BAR = 20;
const GAP = 8;
const INK = '#767676';
const OURS = '#d9730d';
const OTHERS = '#6b8fb5';

/** The medians of a table as a bar chart, with a line for the quartiles; legible on light and dark. */
export function renderChart({ title, unit, rows }: Table): string {
  const bars = [...new Map(rows.map((row) => [row.variant, row])).values()];
  const most = Math.max(...bars.map(({ value }) => value.high));
  const scale = (value: number) => ((WIDTH - LABELS - 90) * Math.max(value, 0)) / most;
  const height = 30 + bars.length * (BAR + GAP);
  const lines = bars.flatMap(({ variant, value }, index) => {
    const y = 30 + index * (BAR + GAP);
    const middle = y + BAR / 2;
    const [low, high] = [LABELS + scale(value.low), LABELS + scale(value.high)];
    const color = variant.startsWith('ours') ? OURS : OTHERS;
    return [
      `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escapeText(variant)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${fixed(scale(value.median))}" height="${BAR}" fill="${color}"/>`,
      `<path d="M${fixed(low)} ${middle}H${fixed(high)}" stroke="${INK}" stroke-width="2"/>`,
      `<text x="${fixed(high + 8)}" y="${middle + 4}">${Math.round(value.median).toLocaleString('en-US')}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="${INK}">`,
    `<title>${escapeText(title)}</title>`,
    `<text x="${LABELS}" y="16" font-weight="bold">${escapeText(`${title}, ${unit}`)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

/** The file name of a table's chart. */
export function chartName({ title }: Table): string {
  return `${title.toLowerCase().replaceAll(/[^a-z\d]+/g, '-')}.svg`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
