import { lookAround } from '../instrumentation/modules/blind-spots.js';
import { loadedScripts } from '../instrumentation/modules/loaded-scripts.js';
import {
  acpSdk,
  mcpClientPackage,
  mcpSdk,
  mcpServerPackage,
  vscodeJsonRpc,
} from '../instrumentation/modules/watched-packages.js';
import { advice } from './advice.js';
import { exporters } from './exporters.js';
import { installed, providers } from './installed.js';
import { type LoadedPackage, packagesOf } from './loaded-packages.js';
import { seen } from './seen.js';
import { type Row, section } from './table.js';

const WATCHED = [mcpSdk, mcpServerPackage, mcpClientPackage, vscodeJsonRpc, acpSdk];

/**
 * What is installed, which seams are in, what each has seen, what was lost, and what to do about it, as text. It names
 * no header, argument, environment value or content, but the variables that say where signals go.
 */
export function report(): string {
  lookAround();
  const packages = packagesOf(loadedScripts());
  const todo = advice();
  return [
    `otel-exec doctor, process ${process.pid}\n`,
    section('installed', installed(packages)),
    section('providers', providers()),
    section('exporters', exporters(process.env)),
    section('seams', orNone(seen('seam'))),
    section('packages', watched(packages)),
    section('seen', orNone(seen('instrumentation'))),
    section('lost', orNone(seen('output'))),
    todo.length === 0
      ? 'nothing to do\n'
      : section(
          'to do',
          todo.map((text) => ['-', text]),
        ),
  ].join('');
}

function orNone(rows: readonly Row[]): readonly Row[] {
  return rows.length === 0 ? [['none', '']] : rows;
}

/** Which of the packages that can be observed are at work. */
function watched(packages: readonly LoadedPackage[]): readonly Row[] {
  return WATCHED.flatMap(({ name }): Row[] => {
    const copies = packages.filter((loaded) => loaded.name === name);
    if (copies.length === 0) return [[name, 'not loaded']];
    return copies.map(({ version, directory }): Row => [name, `${version}  ${directory}`]);
  });
}
