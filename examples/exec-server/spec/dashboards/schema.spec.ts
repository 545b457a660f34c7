import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { dashboardText } from './dashboard.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const RAW = '@grafana/schema/dist/esm/raw/composable';

/** The types of Grafana's schema, with its enums as the strings and numbers that JSON has. */
const TYPES = `
import type { Dashboard, DataQuery, FieldConfig, FieldConfigSource, Panel, RowPanel } from '@grafana/schema';
import type * as heatmap from '${RAW}/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as logs from '${RAW}/logs/panelcfg/x/LogsPanelCfg_types.gen';
import type * as stat from '${RAW}/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '${RAW}/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '${RAW}/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Json<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

interface Query extends DataQuery {
  datasource: { type: 'prometheus' | 'tempo' | 'loki'; uid: string };
  editorMode?: 'code' | 'builder';
  exemplar?: boolean;
  expr?: string;
  format?: 'time_series' | 'table' | 'heatmap';
  legendFormat?: string;
  limit?: number;
  query?: string;
  queryType?: 'traceql' | 'range';
  range?: boolean;
  tableType?: 'traces' | 'spans';
}

type Typed<Type extends string, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Type;
  options: Partial<Options>;
  fieldConfig?: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Partial<Custom> };
  };
  targets: Query[];
};

type Checked = Omit<Dashboard, 'panels'> & {
  panels: (
    | RowPanel
    | Typed<'heatmap', heatmap.Options, heatmap.FieldConfig>
    | Typed<'logs', logs.Options, never>
    | Typed<'stat', stat.Options, never>
    | Typed<'table', table.Options, table.FieldConfig>
    | Typed<'timeseries', timeseries.Options, timeseries.FieldConfig>
  )[];
};

export const dashboard = `;

describe("the dashboard, by the types of Grafana's schema", () => {
  it('is a dashboard', async () => {
    expect(await faultsOf(dashboardText)).to.equal('');
  });

  const mistakes = [
    ['"unit": "reqps"', '"unit": 7', /'number' is not assignable to type 'string'/],
    ['"lineInterpolation": "linear"', '"lineInterpolation": "bent"', /"bent"/],
    ['"legendFormat"', '"legend_format"', /legend_format/],
    ['"schemaVersion": 39,', '', /schemaVersion/],
    ['"graphMode": "area"', '"graphMode": "ariel"', /"ariel"/],
  ] as const;

  for (const [right, wrong, fault] of mistakes) {
    it(`would not be one with ${wrong || `no ${right}`}`, async () => {
      expect(dashboardText).to.contain(right);
      expect(await faultsOf(dashboardText.replace(right, wrong))).to.match(fault);
    });
  }
});

async function faultsOf(json: string): Promise<string> {
  const directory = await mkdtemp(join(ROOT, 'build', 'dashboard-types-'));
  try {
    const file = join(directory, 'dashboard.ts');
    await writeFile(file, `${TYPES}${json.trim()} satisfies Json<Checked>;\n`);
    await writeFile(
      join(directory, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: { noEmit: true, types: [], exactOptionalPropertyTypes: false },
        files: [file],
      }),
    );
    const { error, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', directory],
      { encoding: 'utf8' },
    );
    if (error) throw error;
    return stdout + stderr;
  } finally {
    await rm(directory, { recursive: true });
  }
}
