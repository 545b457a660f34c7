import { Charts } from './charts.js';
import { CommandBar } from './command-bar.js';
import { type ConnectionState, showConnection } from './connection-state.js';
import { Details } from './details.js';
import { element } from './dom.js';
import { EventList } from './event-list.js';
import { FeedClient } from './feed-client.js';
import type { FeedMessage, OfferRecord } from './feed-message.js';
import { formatDuration } from './format.js';
import { HostClient } from './host-client.js';
import { type Lifeline, Lifelines } from './lifelines.js';
import { MetricHistory } from './metric-history.js';
import { LOOKS } from './outcome.js';
import { ServerClock } from './server-clock.js';
import { Timeline } from './timeline.js';
import { keepToken, readToken } from './token.js';

let token = readToken();
let serverId: string | undefined;
let startedAt = 0;
let version: string | undefined;
let offer: OfferRecord = { actions: [] };
let commandBar: CommandBar | undefined;
let wanted: string | undefined;
const restarts: number[] = [];
const clock = new ServerClock();
const lifelines = new Lifelines();
const metrics = new MetricHistory();
const connection: ConnectionState = {
  feed: false,
  known: false,
  lastHeard: 0,
  restartedAt: undefined,
  refused: false,
};

const host = new HostClient(() => token);
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
  eventsOf: ({ span }) => events.of(span.spanId),
  running: () => lifelines.running(),
  select: (lifeline) => timeline.select(lifeline),
  actions: () => offer.actions,
  act: (...asked) => void act(...asked),
  output: (subject, signal) => host.output(subject, signal),
});
const feed = new FeedClient(() => token, { message: heard, lost, refused });

details.show(undefined);
listen();
feed.connect();
setInterval(tellAbout, 1_000);

function heard(message: FeedMessage): void {
  clock.heard(message.now);
  connection.lastHeard = message.now;
  if (message.kind === 'hello') greet(message);
  else if (message.kind === 'points') metrics.apply(message.points, message.instruments);
  else if (message.kind === 'events') events.add(message.events);
  else if (message.kind === 'spans') {
    lifelines.apply(message.spans);
    selectWanted();
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
  ({ serverId, startedAt, version, offer } = hello);
  element('page-title', HTMLElement).textContent = hello.title;
  document.title = `${hello.title}, live`;
  charts.chosen = hello.charts;
  events.forgetFrom(startedAt);
  metrics.clear();
  Object.assign(connection, { feed: true, known: true, refused: false });
  offerCommands();
  showConnection(connection);
  tellAbout();
}

function offerCommands(): void {
  if (commandBar === undefined && offer.commands !== undefined) {
    commandBar = new CommandBar(offer.commands, run);
    document.querySelector('main')?.prepend(commandBar.form);
    element('empty', HTMLElement).append(commandBar.examples);
    commandBar.focus();
  }
  if (commandBar !== undefined) commandBar.enabled = offer.commands !== undefined;
}

function lost(): void {
  clock.stop();
  connection.feed = false;
  if (commandBar !== undefined) commandBar.enabled = false;
  showConnection(connection);
}

function refused(): void {
  connection.refused = true;
  lost();
  element('token', HTMLInputElement).focus();
}

async function run(line: string, mode: string | undefined): Promise<void> {
  timeline.view.follow(clock.now);
  const { subject, error } = await host.run(line, mode);
  wanted = subject;
  selectWanted();
  if (error !== undefined) throw new Error(error);
}

async function act(subject: string, action: string, choice: string | undefined): Promise<void> {
  try {
    await host.act(subject, action, choice);
    commandBar?.complain('');
  } catch (error) {
    commandBar?.complain(`${action}: ${(error as Error).message}`);
  }
}

function selectWanted(): void {
  const lifeline = wanted === undefined ? undefined : lifelines.ofSubject(wanted);
  if (lifeline === undefined) return;
  wanted = undefined;
  timeline.select(lifeline);
}

function nameOf({ span }: Lifeline): string {
  const executable = span.attributes['process.executable.name'];
  return span.hosted?.name ?? (typeof executable === 'string' ? executable : span.name);
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
  if (!connection.known) return;
  const known = version === undefined ? [] : [`v${version}`];
  const up = connection.feed ? [`up ${formatDuration(clock.now - startedAt)}`] : [];
  const parts = [...known, ...up, `${lifelines.size} lifelines`];
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
