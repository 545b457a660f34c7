import { Charts } from './charts.js';
import { type ConnectionState, showConnection } from './connection-state.js';
import { Details } from './details.js';
import { element } from './dom.js';
import { showHint } from './empty-state.js';
import { EventList } from './event-list.js';
import { FeedClient } from './feed-client.js';
import type { EventRecord, FeedMessage } from './feed-message.js';
import { formatDuration } from './format.js';
import { HostControls } from './host-controls.js';
import type { Lifeline } from './lifeline.js';
import { Lifelines } from './lifelines.js';
import { MetricCurves } from './metric-curves.js';
import { announce, nameOf } from './naming.js';
import { Search } from './search.js';
import { SearchBox } from './search-box.js';
import { Senders } from './senders.js';
import { ServerClock } from './server-clock.js';
import { Timeline } from './timeline.js';
import { linksOf } from './timeline-links.js';
import { keepToken, readToken } from './token.js';
import { TraceView } from './trace-view.js';

const RECENT = 8;

let token = readToken();
let serverId: string | undefined;
let startedAt = 0;
let version: string | undefined;
let search = new Search('');
let chosen: EventRecord | undefined;
const restarts: number[] = [];
const clock = new ServerClock();
const lifelines = new Lifelines();
const metrics = new MetricCurves();
const senders = new Senders();
const connection: ConnectionState = {
  feed: false,
  known: false,
  lastHeard: 0,
  restartedAt: undefined,
  refused: false,
};

const host = new HostControls({
  token: () => token,
  lifelines,
  running: () => timeline.view.follow(clock.now),
  came: (lifeline) => timeline.select(lifeline),
});
const timeline = new Timeline({
  lifelines,
  restarts,
  now: () => clock.now,
  nameOf,
  select: (lifeline) => {
    if (lifeline !== undefined) chosen = undefined;
    events.mark(lifeline);
    trace.select(lifeline);
    details.show(lifeline, chosen);
    if (lifeline !== undefined) announce(lifeline, clock.now, lifelines.services);
  },
  moved: () => charts.refresh(),
  open: () => details.focus(),
});
const charts = new Charts(metrics, timeline.view);
const events = new EventList({
  token: () => token,
  services: () => lifelines.services,
  chosen: (event) => {
    chosen = event;
    timeline.select(lifelines.get(event.traceId, event.spanId));
  },
});
const trace = new TraceView({
  lifelines,
  now: () => clock.now,
  nameOf,
  eventsOf: (traceId) => events.ofTrace(traceId),
  select: (lifeline) => timeline.select(lifeline),
  open: () => details.focus(),
  changed: (traceId) => {
    events.narrow(search, traceId);
    details.show(timeline.selected, chosen);
  },
});
const details = new Details({
  now: () => clock.now,
  nameOf,
  eventsOf: (lifeline) => events.of(lifeline),
  running: () => lifelines.running(),
  recent: () => lifelines.recent(RECENT),
  ofTrace: (traceId) => lifelines.ofTrace(traceId),
  childrenOf,
  linkedOf: (lifeline) => linksOf(lifeline, lifelines),
  relatives: (lifeline) => [
    ...(lifeline.parent === undefined ? [] : [lifeline.parent]),
    ...childrenOf(lifeline),
    ...linksOf(lifeline, lifelines),
  ],
  services: () => lifelines.services,
  senderOf: (lifeline) => senders.of(lifeline),
  traceId: () => trace.traceId,
  openTrace: (traceId) => trace.show(traceId),
  select: (lifeline) => {
    chosen = undefined;
    timeline.select(lifeline);
  },
  actions: () => host.actions,
  act: (...asked) => void host.act(...asked),
  output: host.output,
});
const feed = new FeedClient(() => token, { message: heard, lost, refused });
new SearchBox({
  look: (looked) => {
    search = looked;
    events.narrow(search, trace.traceId);
    trace.narrow(search);
    return timeline.narrow(search);
  },
  next: (direction) => timeline.step(direction),
});

details.show(undefined);
listen();
feed.connect();
setInterval(pass, 1_000);

function heard(message: FeedMessage): void {
  clock.heard(message.now);
  connection.lastHeard = message.now;
  if (message.kind === 'hello') greet(message);
  else if (message.kind === 'points') metrics.apply(message.points, message.instruments);
  else if (message.kind === 'events') events.add(message.events);
  else if (message.kind === 'senders') senders.take(message.senders);
  else if (message.kind === 'spans') {
    const isFirst = lifelines.size === 0;
    lifelines.apply(message.spans);
    if (isFirst) timeline.showSomething();
    host.look();
  } else if (message.kind === 'ready') {
    timeline.showSomething();
    trace.follow();
  } else return;
  details.show(timeline.selected, chosen);
  timeline.refresh();
  trace.refresh();
  charts.refresh();
}

function greet(hello: FeedMessage & { kind: 'hello' }): void {
  const isSame = serverId === hello.serverId;
  if (serverId !== undefined && !isSame) {
    lifelines.lose(connection.lastHeard);
    restarts.push(hello.startedAt);
    connection.restartedAt = Date.now();
  }
  ({ serverId, startedAt, version } = hello);
  element('page-title', HTMLElement).textContent = hello.title;
  document.title = `${hello.title}, live`;
  charts.chosen = hello.charts;
  events.begin(isSame);
  metrics.begin(isSame);
  Object.assign(connection, { feed: true, known: true, refused: false });
  showHint(hello.hint);
  host.take(hello.offer);
  pass();
}

function lost(): void {
  clock.stop();
  connection.feed = false;
  host.disable();
  showConnection(connection);
}

function refused(): void {
  connection.refused = true;
  lost();
  element('token', HTMLInputElement).focus();
}

function childrenOf(lifeline: Lifeline): Lifeline[] {
  return lifelines.ofTrace(lifeline.span.traceId).filter(({ parent }) => parent === lifeline);
}

/** What changes by itself while time goes on. */
function pass(): void {
  showConnection(connection);
  if (!connection.known) return;
  if (lifelines.loseSilent(clock.now)) timeline.refresh();
  trace.refresh();
  const known = version === undefined ? [] : [`v${version}`];
  const up = connection.feed ? [`up ${formatDuration(clock.now - startedAt)}`] : [];
  const parts = [
    ...known,
    ...up,
    `${lifelines.size} ${lifelines.size === 1 ? 'lifeline' : 'lifelines'}`,
  ];
  element('about', HTMLElement).textContent = parts.join(' · ');
}

function listen(): void {
  element('retry', HTMLElement).addEventListener('click', () => feed.connect());
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
}
