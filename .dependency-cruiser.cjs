const floors = [
  ['ground', '^lib/(conventions/|complain|version|error-type|open|registered)'],
  ['first', '^lib/(carriers|signals)/'],
  ['second', '^lib/lifecycle[.]'],
  ['third', '^lib/lifecycles/'],
  ['fourth', '^lib/telemetry[.]'],
  ['fifth', '^lib/rpc-tap[.]'],
  ['sixth', '^lib/(instrumentation|register)([.]|/)'],
];

const lines = '^lib/lines([.]|/)';
const testing = '^lib/testing([.]|/)';
const exporting = '^lib/export([.]|/)';
const door = '^lib/(export|index|instrumentation|lines|register|testing)[.]';

/** Same floor: within a room yes, into another room no; upward: never. */
const upward = floors.map(([name, path], index) => ({
  name: `from-the-${name}-floor`,
  comment: 'A file imports only from floors below its own, or from its own room.',
  severity: 'error',
  from: { path },
  to: {
    path: [
      ...floors.slice(index + 1).map(([, above]) => above),
      lines,
      exporting,
      testing,
      '^lib/index[.]',
    ],
    pathNot: name === 'sixth' ? ['^lib/(export|lines)'] : [],
  },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'lifecycles-apart',
      comment: 'One kind of lifecycle knows nothing of another.',
      severity: 'error',
      from: { path: '^lib/lifecycles/([^/]+)[.]ts$' },
      to: { path: '^lib/lifecycles/', pathNot: '^lib/lifecycles/$1[.]ts$' },
    },
    {
      name: 'conventions-are-data',
      comment: 'The conventions import nothing but their own room and the API.',
      severity: 'error',
      from: { path: '^lib/conventions/' },
      to: { pathNot: ['^lib/conventions/', '@opentelemetry/api/'] },
    },
    {
      name: 'lines-stand-apart',
      comment: 'The side room imports nothing from the floors.',
      severity: 'error',
      from: { path: lines },
      to: { path: '^lib/', pathNot: lines },
    },
    {
      name: 'export-stands-apart',
      comment: 'The side room imports nothing from the floors above ground.',
      severity: 'error',
      from: { path: exporting },
      to: { path: '^lib/', pathNot: [exporting, floors[0][1]] },
    },
    {
      name: 'no-sdk',
      comment: 'The API alone, but where users bring the SDK themselves.',
      severity: 'error',
      from: { path: '^lib/', pathNot: [testing, '^lib/register'] },
      to: {
        path: '@opentelemetry/',
        pathNot: ['@opentelemetry/(api|instrumentation)/'],
      },
    },
    {
      name: 'instrumentation-room-only',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/instrumentation', '^lib/register'] },
      to: { path: '@opentelemetry/instrumentation/' },
    },
    {
      name: 'examples-use-the-doors',
      comment:
        'Examples import the package by its name, as a user would. They are read as compiled: the parser does not know using declarations.',
      severity: 'error',
      from: { path: '^build/examples/' },
      to: {
        path: '^(lib|spec|dist)/',
        pathNot: ['^dist/(export|index|instrumentation|lines|register|testing)[.]'],
      },
    },
    {
      name: 'nothing-undeclared',
      comment:
        'The hooks of -in-the-middle are those that the optional @opentelemetry/instrumentation brings.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer'],
        pathNot: ['(import|require)-in-the-middle'],
      },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      from: { path: '^lib/', orphan: true, pathNot: door },
      to: {},
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default'],
    },
  },
};
