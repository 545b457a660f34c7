import { join } from 'node:path';
import { installOnce, installPrograms } from '../../../spec/programs/cache.js';

const PYTHON = ['mcp-server-time==2026.10.19', 'python-lsp-server==1.15.0'] as const;
const GOPLS = 'golang.org/x/tools/gopls@v0.23.0';

/** Programs that nobody here wrote, in three languages, each as the path to start it by. */
export interface Programs {
  /** A package's own program of the npm registry. */
  node(name: string): string;
  /** A package's own program of the Python package index. */
  python(name: string): string;
  readonly gopls: string;
}

/** Installs them, once, outside of this repository. */
export function install(): Programs {
  const node = installPrograms();
  const python = installOnce('python', PYTHON, () => [
    ['python3', '-m', 'venv', '.'],
    [join('bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...PYTHON],
  ]);
  const go = installOnce('go', [GOPLS], () => [['go', 'install', GOPLS]]);
  return {
    node: (name) => join(node, 'node_modules', '.bin', name),
    python: (name) => join(python, 'bin', name),
    gopls: join(go, 'gopls'),
  };
}
