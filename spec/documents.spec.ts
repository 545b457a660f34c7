import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as semconv from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { expect } from 'chai';
import { execServerProcess, execServerRequest, inference, toolCall } from 'otel-exec/conventions';
import * as attributes from '../lib/conventions/attributes.js';
import { SCHEMA_URL, VERSION } from '../lib/opentelemetry/version.js';
import { writeApiReference } from '../scripts/api-reference.js';
import { houseDrawing } from '../scripts/house-drawing.js';
import { readPart } from '../scripts/readme-parts.js';
import { signalsDocument } from '../scripts/signals-document.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(file(path), 'utf8');

describe('what is written down', () => {
  it('in docs/signals.md is what the conventions say (npm run docs writes it anew)', () => {
    expect(read('docs/signals.md')).to.equal(signalsDocument());
  });

  it('in docs/architecture.md is the house as the code is (npm run docs draws it anew)', async () => {
    expect(readPart(read('docs/architecture.md'), 'house')).to.equal(await houseDrawing());
  }).timeout(60_000);

  it('in docs/api is what the docstrings say, and each export has one (npm run docs writes it anew)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-api-'));
    try {
      writeApiReference(folder);
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .sort();
      expect(
        readdirSync(file('docs/api'), { recursive: true })
          .filter((name) => String(name).endsWith('.md'))
          .sort(),
      ).to.deep.equal(names);
      for (const name of names) {
        expect(read(`docs/api/${name}`), name).to.equal(readFileSync(join(folder, name), 'utf8'));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);

  it('in docs/architecture.md as a file or a folder is there', () => {
    const text = read('docs/architecture.md').replaceAll(/```[\s\S]*?```/g, '');
    const paths = [
      ...text.matchAll(/`((?:lib|spec|cli|examples|scripts|bench|docs)\/[^`*{]*)`/g),
    ].map(([, path]) => String(path));
    expect(paths.filter((path) => !existsSync(file(path)))).to.deep.equal([]);
    expect(paths).to.include('lib/lifecycle/');
  });

  it("about the version is the package's version", () => {
    expect(VERSION).to.equal(JSON.parse(read('package.json')).version);
  });

  it('about the schema is the version of the semantic conventions that the names are compared with', () => {
    const { devDependencies } = JSON.parse(read('package.json'));
    const version = devDependencies['@opentelemetry/semantic-conventions'];
    expect(SCHEMA_URL).to.equal(`https://opentelemetry.io/schemas/${version}`);
  });

  it('as attribute names is what the semantic conventions call them', () => {
    const known: Record<string, unknown> = { ...incubating, ...semconv };
    for (const [name, literal] of Object.entries(attributes)) {
      if (name === 'OTHER') continue;
      expect(known[`ATTR_${name}`], name).to.equal(literal);
    }
  });

  it('as the value for everything else is what the semantic conventions say', () => {
    expect(attributes.OTHER).to.equal(semconv.ERROR_TYPE_VALUE_OTHER);
  });

  it('as the program by hand in README.md is the example that the tests run', () => {
    expect(readPart(read('README.md'), 'by-hand')).to.equal(read('examples/by-hand.ts').trim());
  });

  it('as lines of an agent in README.md has the exact fields of their events', () => {
    const lines = readPart(read('README.md'), 'agent-lines')
      .split('\n')
      .map((line) => JSON.parse(line));
    const events = [inference(), toolCall()].map(({ event }) => event);
    const withoutTrace = ['error.type', 'trace_id'];
    expect(lines.map(({ fields }) => Object.keys(fields))).to.deep.equal(
      events.map((event) => [
        'message',
        'event.name',
        ...[...(event?.begun ?? []), ...(event?.settled ?? [])]
          .map(({ name }) => name)
          .filter((name) => !withoutTrace.includes(name)),
      ]),
    );
  });

  it("as lines in README.md has the events' exact fields, and one trace joins them", () => {
    const lines = readPart(read('README.md'), 'lines')
      .split('\n')
      .map((line) => JSON.parse(line));
    const [request, process] = [execServerRequest(), execServerProcess()].map(({ event }) => event);
    const fields = [request, process].map((event) =>
      [...(event?.begun ?? []), ...(event?.settled ?? [])].map(({ name }) => name),
    );
    const notShown = ['conversation.id', 'tool.call_id', 'process.pid', 'process.alive'];
    expect(lines).to.have.length(2);
    expect(Object.keys(lines[0].fields)).to.deep.equal([
      'message',
      'event.name',
      ...(fields[0] ?? []).filter((name) => name !== 'error.type'),
    ]);
    expect(Object.keys(lines[1].fields)).to.deep.equal([
      'message',
      'event.name',
      ...(fields[1] ?? []).filter((name) => !notShown.includes(name)),
    ]);
    expect(lines.map(({ target }) => target)).to.deep.equal([request?.scope, process?.scope]);
    expect(lines[0].fields.traceparent).to.include(lines[1].fields.trace_id);
  });

  it('as an npm script in a document is a script that exists', () => {
    const documents = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(file('docs'), { recursive: true }).map((name) => `docs/${name}`),
    ];
    const named = documents
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => [...read(path).matchAll(/npm run ([\w:-]+)(?: -w ([\w/-]+))?/g)])
      .map(([, name = '', workspace = '.']) => ({ name, workspace }));
    const missing = named.filter(
      ({ name, workspace }) => !(name in JSON.parse(read(`${workspace}/package.json`)).scripts),
    );
    expect(missing).to.deep.equal([]);
    expect(named).to.deep.include({ name: 'exec', workspace: '.' });
    expect(named).to.deep.include({ name: 'bench', workspace: 'bench' });
  });

  it('as a program in README.md is a program that is there', () => {
    const programs = read('README.md').match(/\bbuild\/\S+[.]js\b/g) ?? [];
    expect(programs.filter((path) => !existsSync(file(path)))).to.deep.equal([]);
    expect(programs).to.include('build/examples/mcp-server/server.js');
  });

  it('as a link to a file, or to a heading of one, leads there', () => {
    const broken = DOCUMENTS.flatMap((path) =>
      [
        ...read(path)
          .replaceAll(/```[\s\S]*?```/g, '')
          .matchAll(/\]\(([^):#]*)(#[^)]*)?\)/g),
      ]
        .map(([, target = '', heading = '']) => ({
          target: join(dirname(path), target),
          heading,
          path,
        }))
        .map(({ target, ...link }) => ({
          ...link,
          target: link.heading && target === dirname(path) ? path : target,
        }))
        .filter(({ target, heading }) => !leadsTo(target, heading)),
    );
    expect(broken).to.deep.equal([]);
  });
});

/** Every document but the generated ones. */
const DOCUMENTS = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'RELEASING.md',
    'cli/README.md',
  ],
  ...readdirSync(file('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/^(api|node_modules)/.test(name))
    .map((name) => `docs/${name}`),
];

function leadsTo(target: string, heading: string): boolean {
  if (!existsSync(file(target))) return false;
  if (heading === '') return true;
  const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    anchorOf(String(title)),
  );
  return headings.includes(heading);
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  const kept = title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '');
  return `#${kept.replaceAll(' ', '-')}`;
}
