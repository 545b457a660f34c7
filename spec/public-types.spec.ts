import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect } from 'chai';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const doors = Object.values(JSON.parse(read('package.json')).exports as Record<string, string>)
  .filter((path) => path.endsWith('.js'))
  .map(declarationsOf);

/** What the doors export, by the file that declares it. */
const exported = new Map<string, Set<string>>();
for (const door of doors) {
  for (const [name, file] of namesFrom(door, 'export')) {
    exported.set(file, (exported.get(file) ?? new Set()).add(name));
  }
}

function declarationsOf(path: string): string {
  return join(path).replace(/\.js$/, '.d.ts');
}

/** The names that a file imports or exports from others of the package, with those others. */
function namesFrom(file: string, verb: 'import' | 'export'): [name: string, file: string][] {
  const pattern = new RegExp(`${verb} (?:type )?\\{([^}]*)\\} from '(\\.[^']+)'`, 'g');
  return [...read(file).matchAll(pattern)].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.replace(/^\s*type /, '').trim())
      .filter((name) => name !== '')
      .map((name): [string, string] => [name, declarationsOf(join(dirname(file), from))]),
  );
}

/** A file's declarations by name, without comments. */
function declarationsIn(file: string): Map<string, string> {
  const text = read(file).replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
  const parts = text.split(/^(?=(?:export |declare |interface |type |class ))/m);
  const named =
    /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const) (\w+)/;
  return new Map(
    parts.flatMap((part) => {
      const name = named.exec(part)?.[1];
      return name === undefined ? [] : [[name, part] as const];
    }),
  );
}

const names = (declaration: string, name: string) => new RegExp(`\\b${name}\\b`).test(declaration);

describe('every type that an exported declaration names', () => {
  it('is exported by a door as well', () => {
    const missing: string[] = [];
    for (const [file, known] of exported) {
      const declarations = declarationsIn(file);
      const others = [
        ...namesFrom(file, 'import'),
        ...[...declarations.keys()].map((name): [string, string] => [name, file]),
      ].filter(([name, from]) => !exported.get(from)?.has(name));
      for (const name of known) {
        const declaration = declarations.get(name) ?? '';
        for (const [other] of others) {
          if (other !== name && names(declaration, other)) missing.push(`${name}: ${other}`);
        }
      }
    }
    expect(missing).to.deep.equal([]);
    expect(exported.get('dist/telemetry.d.ts')).to.include('ExecTelemetry');
  });
});
