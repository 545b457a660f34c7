const { exports: doorsOfPackage } = require('./package.json');

const names = Object.values(doorsOfPackage).flatMap(
  (path) => /^[.]\/dist\/(.+)[.]js$/.exec(path)?.[1] ?? [],
);
const doors = `^lib/(${names.join('|')})[.]ts$`;

/** Rooms of lib/ from the ground up: a file imports from floors below its own, or from its own room. */
const floors = [
  ['opentelemetry'],
  ['conventions'],
  ['signals', 'carriers', 'journal'],
  ['lifecycle'],
  ['telemetry'],
  ['rpc-tap'],
  ['instrumentation'],
  ['register'],
  ['doctor'],
];
const sideRooms = ['lines', 'export', 'testing'];

/** Which side rooms the highest floors use. */
const sideRoomsOf = {
  register: ['^lib/(lines|export)(/|[.]ts$)'],
  doctor: ['^lib/lines(/|[.]ts$)'],
};

/** Rooms within lib/instrumentation/, with those of them that each may use. */
const instrumentationRooms = {
  base: [],
  modules: ['base'],
  'child-process': ['base', 'modules'],
  rpc: ['base', 'modules'],
  mcp: ['base', 'modules', 'rpc'],
  stdio: ['base', 'modules', 'rpc'],
};

const pathOf = (room) => `^lib/${room}(/|[.]ts$)`;
const pathOfWing = (room) => `^lib/instrumentation/${room}/`;
const instrumentation = Object.keys(instrumentationRooms);

const floorRules = floors.flatMap((rooms, height) =>
  rooms.map((room) => ({
    name: `from-${room}`,
    comment: 'A file imports only from floors below its own, or from its own room.',
    severity: 'error',
    from: { path: pathOf(room), pathNot: doors },
    to: {
      path: [
        ...floors
          .slice(height)
          .flat()
          .filter((other) => other !== room)
          .map(pathOf),
        ...sideRooms.map(pathOf),
        doors,
      ],
      pathNot: sideRoomsOf[room] ?? [],
    },
  })),
);

const wingRules = instrumentation.map((room) => ({
  name: `from-instrumentation-${room}`,
  comment: 'The rooms of lib/instrumentation/ know each other one way.',
  severity: 'error',
  from: { path: pathOfWing(room) },
  to: {
    path: '^lib/instrumentation/',
    pathNot: [room, ...instrumentationRooms[room]].map(pathOfWing),
  },
}));

const sideRules = sideRooms.map((room) => ({
  name: `from-${room}`,
  comment: 'A side room imports nothing from the floors above the ground.',
  severity: 'error',
  from: { path: pathOf(room) },
  to: { path: '^lib/', pathNot: [pathOf(room), pathOf('opentelemetry')] },
}));

const kinds = '^lib/lifecycle/(request|call|process|tool-call|inference|session|connection)[.]ts$';
const workspaces = '^build/(cli|bench|examples/exec-server|examples)/';
/** What opens a page in a browser; a spec alone may use it, by the rule for what is in a spec/. */
const browser = '^build/cli/spec/browser/';
const spec = '^build/(cli/|bench/|examples/exec-server/)?spec/';

module.exports = {
  forbidden: [
    ...floorRules,
    ...wingRules,
    ...sideRules,
    {
      name: 'no-loose-file',
      comment: 'Every file of lib/ is a door or has a room.',
      severity: 'error',
      from: {
        path: '^lib/',
        pathNot: [
          doors,
          ...floors
            .flat()
            .filter((room) => room !== 'instrumentation')
            .map(pathOf),
          ...sideRooms.map(pathOf),
          ...instrumentation.map(pathOfWing),
        ],
      },
      to: {},
    },
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
      from: { path: kinds },
      to: { path: kinds, pathNot: '^lib/lifecycle/$1[.]ts$' },
    },
    {
      name: 'heart-without-kinds',
      comment: 'What all kinds of lifecycle share knows none of them.',
      severity: 'error',
      from: { path: '^lib/lifecycle/', pathNot: kinds },
      to: { path: kinds },
    },
    {
      name: 'no-sdk',
      comment: 'The API alone, but where users bring the SDK themselves.',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['export', 'register', 'testing'].map(pathOf) },
      to: {
        path: '@opentelemetry/',
        pathNot: ['@opentelemetry/(api|instrumentation)/'],
      },
    },
    {
      name: 'instrumentation-room-only',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['instrumentation', 'register'].map(pathOf) },
      to: { path: '@opentelemetry/instrumentation/' },
    },
    {
      name: 'through-the-doors',
      comment:
        'Workspaces import the package by its name, as a user would. They are read as compiled: the parser does not know using declarations.',
      severity: 'error',
      from: { path: workspaces },
      to: {
        path: '^(lib|build/lib|dist)/',
        pathNot: [`^dist/(${names.join('|')})[.]js$`],
      },
    },
    {
      name: 'workspaces-apart',
      comment:
        'One workspace reaches into no other; what a spec needs of the top is in spec/ and scripts/, what it needs of a browser in cli/spec/browser/.',
      severity: 'error',
      from: { path: workspaces },
      to: { path: '^build/', pathNot: ['^build/$1/', '^build/(spec|scripts)/', browser] },
    },
    {
      name: 'examples-stand-alone',
      comment: 'An example is read without the server beside it.',
      severity: 'error',
      from: { path: '^build/examples/', pathNot: '^build/examples/exec-server/' },
      to: { path: '^build/examples/exec-server/' },
    },
    {
      name: 'nothing-from-a-spec',
      comment: 'What is outside of a spec/ imports from none.',
      severity: 'error',
      from: { path: '^(lib|build)/', pathNot: spec },
      to: { path: spec },
    },
    {
      name: 'nothing-from-scripts',
      comment: 'Only the specs, which try them, import from scripts/.',
      severity: 'error',
      from: { path: '^(lib|build)/', pathNot: [spec, '^build/scripts/'] },
      to: { path: '^build/scripts/' },
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
      name: 'page-without-sdk',
      comment:
        'The page reads signals of either SDK: it runs the reader of metrics alone, of the SDK that the program has.',
      severity: 'error',
      from: { path: '^build/cli/page/' },
      to: { path: '@opentelemetry/', pathNot: ['@opentelemetry/(api|sdk-metrics)/'] },
    },
    {
      name: 'commands-apart',
      comment:
        'One command of the command line knows nothing of another; what they share is in signals/ and child/.',
      severity: 'error',
      from: { path: '^build/cli/(run|tap|view)/' },
      to: { path: '^build/cli/(run|tap|view|main[.]js$)', pathNot: '^build/cli/$1/' },
    },
    {
      name: 'command-shared-apart',
      comment: 'What the commands share knows none of them.',
      severity: 'error',
      from: { path: '^build/cli/(signals|child)/' },
      to: { path: '^build/cli/', pathNot: '^build/cli/$1/' },
    },
    {
      name: 'page-client-apart',
      comment: 'What runs in the browser knows nothing but itself.',
      severity: 'error',
      from: { path: '^build/cli/page/client/' },
      to: { pathNot: '^build/cli/page/client/' },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      from: { path: '^lib/', orphan: true, pathNot: doors },
      to: {},
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/(programs|side)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default'],
    },
  },
};
