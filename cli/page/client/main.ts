import { Charts } from './charts.js';
import { CommandBar } from './command-bar.js';
import { type ConnectionState, showConnection } from './connection-state.js';
import { Details } from './details.js';
import { element } from './dom.js';
import { EventList } from './event-list.js';
import { FeedClient } from './feed-client.js';
import type { FeedMessage } from './feed-message.js';
import { formatDuration } from './format.js';
import { type Lifeline, Lifelines } from './lifelines.js';
import { MetricHistory } from './metric-history.js';
import { LOOKS } from './outcome.js';
import { RpcClient } from './rpc-client.js';
import { type Run, type RunMode, Runs, wordsOf } from './runs.js';
import { ServerClock } from './server-clock.js';
import { Timeline } from './timeline.js';
import { keepToken, readToken } from './token.js';
import type { EnvironmentInfo } from './wire.js';

let token = readToken();
let environment: EnvironmentInfo | undefined;
let serverId: string | undefined;
let startedAt = 0;
let version = '';
let wanted: Run | undefined;
const restarts: number[] = [];
const clock = new ServerClock();
const lifelines = new Lifelines();
const runs = new Runs();
const metrics = new MetricHistory();
const connection: ConnectionState = {
  feed: false,
  wire: false,
  known: false,
  lastHeard: 0,
  restartedAt: undefined,
  refused: false,
};

const timeline = new Timeline({
  lifelines,
  restarts,
  now: () => clock.now,
  nameOf,
  select: (lifeline) => {
    events.mark(lifeline?.span.spanId);
    details.show(lifeline);
    announce(lifeline);
  },
  moved: () => charts.refresh(),
  open: () => details.focus(),
});
const charts = new Charts(metrics, timeline.view);
const events = new EventList({
  token: () => token,
  chosen: ({ spanId }) => timeline.select(lifelines.get(spanId)),
});
const details = new Details({
  now: () => clock.now,
  nameOf,
  runOf: ({ span }) => runs.get(span.processId),
  eventsOf: ({ span }) => events.of(span.spanId),
  running: () => lifelines.running(),
  relatives: ({ group }) => group.lifelines,
  select: (lifeline) => timeline.select(lifeline),
  terminate: ({ processId }) => void ask('process/terminate', { processId }),
  signal: ({ processId }, signal) => void ask('process/signal', { processId, signal }),
});
const rpc = new RpcClient(() => token, {
  connected: (info) => {
    environment = info;
    wire(true);
  },
  lost: () => {
    runs.lost();
    wire(false);
  },
  notified: (method, params) => {
    runs.notified(method, params);
    details.show(timeline.selected);
  },
});
const feed = new FeedClient(() => token, { message: heard, lost, refused });
const commandBar = new CommandBar({ run, history: () => runs.commands() });

commandBar.enabled = false;
details.show(undefined);
listen();
feed.connect();
setInterval(tellAbout, 1_000);

function heard(message: FeedMessage): void {
  clock.heard(message.now);
  connection.lastHeard = message.now;
  if (message.kind === 'hello') greet(message);
  else if (message.kind === 'points') metrics.apply(message.points, message.bounds);
  else if (message.kind === 'events') events.add(message.events);
  else if (message.kind === 'spans') {
    lifelines.apply(message.spans);
    selectWanted(message.spans);
  }
  details.show(timeline.selected);
  timeline.refresh();
  charts.refresh();
}

function greet(hello: FeedMessage & { kind: 'hello' }): void {
  if (serverId !== undefined && serverId !== hello.serverId) {
    lifelines.lose(connection.lastHeard);
    restarts.push(hello.startedAt);
    connection.restartedAt = Date.now();
  }
  ({ serverId, startedAt, version } = hello);
  events.forgetFrom(startedAt);
  metrics.forgetFrom(startedAt);
  Object.assign(connection, { feed: true, known: true, refused: false });
  rpc.connect();
  showConnection(connection);
  tellAbout();
}

function lost(): void {
  clock.stop();
  connection.feed = false;
  showConnection(connection);
}

function refused(): void {
  connection.refused = true;
  lost();
  element('token', HTMLInputElement).focus();
}

function wire(usable: boolean): void {
  connection.wire = usable;
  commandBar.enabled = usable;
  showConnection(connection);
  details.show(timeline.selected);
}

async function run(command: string, mode: RunMode): Promise<void> {
  if (environment === undefined) throw new Error('There is no connection to the server.');
  const { shell, cwd } = environment;
  const begun = runs.begin(command);
  const argv = mode === 'direct' ? wordsOf(command) : [shell.path, '-c', command];
  const { processId } = begun;
  wanted = begun;
  timeline.view.follow(clock.now);
  try {
    await rpc.request('process/start', {
      processId,
      argv,
      cwd,
      tty: mode === 'terminal',
      envPolicy: { inherit: 'core' },
    });
  } catch (error) {
    begun.alive = false;
    throw error;
  }
}

async function ask(method: string, params: object): Promise<void> {
  try {
    await rpc.request(method, params);
  } catch (error) {
    element('command-error', HTMLElement).textContent = `${method}: ${(error as Error).message}`;
  }
}

function selectWanted(
  spans: readonly { readonly spanId: string; readonly processId?: string | undefined }[],
): void {
  const span = spans.find(
    ({ processId }) => processId !== undefined && processId === wanted?.processId,
  );
  if (span === undefined) return;
  wanted = undefined;
  timeline.select(lifelines.get(span.spanId));
}

function nameOf({ span, isProcess }: Lifeline): string {
  if (!isProcess) return span.name;
  const executable = span.attributes['process.executable.name'];
  return (
    runs.commandOf(span.processId) ?? (typeof executable === 'string' ? executable : 'process')
  );
}

function announce(lifeline: Lifeline | undefined): void {
  if (lifeline === undefined) return;
  const { span, outcome, end } = lifeline;
  const lived = formatDuration((end ?? clock.now) - span.start);
  element('announcement', HTMLElement).textContent =
    `${nameOf(lifeline)}, ${LOOKS[outcome].label}, ${lived}`;
}

function tellAbout(): void {
  showConnection(connection);
  const up = connection.feed ? ` · up ${formatDuration(clock.now - startedAt)}` : '';
  element('about', HTMLElement).textContent =
    version === '' ? '' : `v${version}${up} · ${lifelines.size} lifelines`;
}

function listen(): void {
  element('retry', HTMLElement).addEventListener('click', () => {
    feed.connect();
    rpc.connect();
  });
  element('token-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    token = element('token', HTMLInputElement).value;
    keepToken(token);
    feed.connect();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    timeline.repaint();
    charts.repaint();
  });
  addEventListener('beforeunload', (event) => {
    if (runs.alive > 0) event.preventDefault();
  });
}
