/** A line of two columns. */
export type Row = readonly [name: string, value: string];

/** A section of aligned lines under its title. */
export function section(title: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd());
  return [title, ...lines].map((line) => `${line}\n`).join('');
}
