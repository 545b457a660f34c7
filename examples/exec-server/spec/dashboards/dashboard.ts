import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A query of a panel, whatever its data source. */
export interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly query?: string;
  readonly legendFormat?: string;
}

/** @see https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/ */
export interface DataLink {
  readonly title: string;
  readonly url: string;
}

/** A panel or a row, as far as the tests look at it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly links?: readonly DataLink[] };
    readonly overrides: readonly {
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly targets?: readonly Target[];
}

/** A dashboard variable. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string;
}

/** The dashboard that is shipped, as far as the tests look at it. */
export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/** Where a file of `docs/dashboards/` is. */
export function shipped(name: string): string {
  return fileURLToPath(new URL(`../../../../../docs/dashboards/${name}`, import.meta.url));
}

/** The dashboard's text. */
export const dashboardText = readFileSync(shipped('exec-server.json'), 'utf8');

/** The dashboard. */
export const dashboard: Dashboard = JSON.parse(dashboardText);

/** Every query that goes to Prometheus, with its panel. */
export function prometheusTargets(): { panel: Panel; target: Target; expr: string }[] {
  return dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).flatMap((target) =>
      target.datasource.type === 'prometheus' && target.expr !== undefined
        ? [{ panel, target, expr: target.expr }]
        : [],
    ),
  );
}

/** Every data link, with its panel. */
export function dataLinks(): { panel: Panel; link: DataLink }[] {
  return dashboard.panels.flatMap((panel) => {
    const { defaults, overrides } = panel.fieldConfig ?? { defaults: {}, overrides: [] };
    const overridden = overrides
      .flatMap(({ properties }) => properties)
      .filter(({ id }) => id === 'links')
      .flatMap(({ value }) => value as DataLink[]);
    return [...(defaults.links ?? []), ...overridden].map((link) => ({ panel, link }));
  });
}

/**
 * Puts values in the place of `$name`, `${name}` and `${name:format}`.
 * @throws Error that names a variable without a value
 */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\w+)|\$\{([\w.]+)(?::\w+)?\}/g, (all, plain, braced) => {
    const value = values[plain ?? braced];
    if (value === undefined) throw new Error(`${all} has no value in ${text}`);
    return value;
  });
}
