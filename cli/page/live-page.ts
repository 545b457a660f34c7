import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChartRecord } from './client/feed-message.js';
import { EventHistory } from './event-history.js';
import { Feed } from './feed.js';
import { HistoryIntake } from './history-intake.js';
import { HostEndpoints, offerOf } from './host-endpoints.js';
import type { Intake } from './intake.js';
import { MetricHistory } from './metric-history.js';
import { HistoryMetricReader } from './metric-reader.js';
import { MetricStreams } from './metric-streams.js';
import type { PageHost } from './page-host.js';
import { type Refusal, refusalOfForeignNames } from './refusal.js';
import { PageRoutes } from './routes.js';
import { HistoryLogRecordProcessor, HistorySpanProcessor } from './sdk-signals.js';
import { Senders } from './senders.js';
import { SpanHistory } from './span-history.js';

/** How a page is made; every member is optional. */
export interface LivePageOptions {
  /** What the page is called. Default `Live signals`. */
  readonly title?: string | undefined;
  /** Version of the program, shown beside it. Default: none. */
  readonly version?: string | undefined;
  /** The path at which the program mounts it; it ends with a slash. Default `/`. */
  readonly path?: string | undefined;
  /**
   * The charts, at most 16, in order; only their metrics are kept. Default: a chart for each of the first
   * metrics that come.
   */
  readonly charts?: readonly ChartRecord[] | undefined;
  /**
   * Commands that send something to this page, shown while nothing has come. Default: a sentence that says
   * what will be shown.
   */
  readonly hint?: readonly string[] | undefined;
  /** What readers may do beside reading. Default: nothing. */
  readonly host?: PageHost | undefined;
  /**
   * Why a request is turned away; undefined where it is not. Whoever is refused with 401 still gets the page
   * itself, in which there is nothing to hide and which asks for the token that it then sends along as
   * `Authorization: Bearer`. Default: {@link refusalOfForeignNames}.
   */
  readonly refusalOf?: ((request: IncomingMessage) => Refusal | undefined) | undefined;
}

const SPAN_LIMITS = { count: 20_000, bytes: 32 * 1024 * 1024 };
const EVENT_LIMITS = { count: 10_000, bytes: 16 * 1024 * 1024 };
const MAX_CHARTS = 16;

/**
 * A page that shows what a program's signals say, while it runs. Give its three parts to the SDK beside the
 * exporters, so that it shows what they would send, and let it answer first in your HTTP server:
 *
 * ```js
 * const page = new LivePage({ title: 'orders', path: '/live/' });
 * new NodeSDK({
 *   spanProcessors: [page.spanProcessor],
 *   logRecordProcessors: [page.logRecordProcessor],
 *   metricReaders: [page.metricReader],
 * }).start();
 * createServer((request, response) => {
 *   if (!page.handle(request, response)) answer(request, response);
 * });
 * ```
 */
export class LivePage {
  readonly spanProcessor: HistorySpanProcessor;
  readonly logRecordProcessor: HistoryLogRecordProcessor;
  readonly metricReader: HistoryMetricReader;
  /** Takes signals of other programs. */
  readonly intake: Intake;
  readonly #routes: PageRoutes;

  /** @throws RangeError where the path has no slash at its beginning or end, or where there are too many charts */
  constructor(options: LivePageOptions = {}) {
    const { title = 'Live signals', version, path = '/', charts, host, hint } = options;
    if (!/^\/(?:.*\/)?$/.test(path)) throw new RangeError(`path ${path}: expected /…/`);
    if (charts !== undefined && charts.length > MAX_CHARTS) {
      throw new RangeError(`${charts.length} charts: at most ${MAX_CHARTS} can be shown`);
    }
    const spans = new SpanHistory(SPAN_LIMITS, (span) => feed.span(span), host);
    const listener = { spans, event: (event: Parameters<Feed['event']>[0]) => feed.event(event) };
    const events = new EventHistory(EVENT_LIMITS, listener, host?.subjectAttribute);
    const points = new MetricHistory(
      (point) => feed.point(point),
      charts?.flatMap(({ lines }) => lines.map(({ metric }) => metric)),
    );
    const feed = new Feed(
      {
        senders: () => senders.all(),
        spans: () => spans.spans(),
        events: () => events.events(),
        points: () => points.points(),
        instruments: () => points.instruments(),
      },
      { title, version, charts, offer: offerOf(host), hint },
    );
    const senders = new Senders((sender) => feed.sender(sender));
    const metrics = new MetricStreams(points);
    this.spanProcessor = new HistorySpanProcessor(spans);
    this.logRecordProcessor = new HistoryLogRecordProcessor(events);
    this.metricReader = new HistoryMetricReader(metrics);
    this.intake = new HistoryIntake({ senders, spans, events, metrics });
    this.#routes = new PageRoutes({
      path,
      feed,
      targets: () => events.targets(),
      host: host && new HostEndpoints(host),
      refusalOf: options.refusalOf ?? refusalOfForeignNames,
    });
  }

  /**
   * Answers a request, if it is one of the page's.
   * @returns whether it was; if not, nothing was done
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#routes.handle(request, response);
  }
}
