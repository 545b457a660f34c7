import type { Route } from '../http.js';
import { EventHistory } from './event-history.js';
import { Feed } from './feed.js';
import { HistoryMetricReader } from './metric-reader.js';
import { pageRoutes } from './page-routes.js';
import { SpanHistory } from './span-history.js';

const SPAN_LIMITS = { count: 20_000, bytes: 16 * 1024 * 1024 };
const EVENT_LIMITS = { count: 10_000, bytes: 16 * 1024 * 1024 };

/**
 * A page that shows what this server's signals say. Give its three parts to the SDK beside the exporters,
 * so that it shows what they would send, and its routes to the server.
 */
export class LivePage {
  readonly spanProcessor: SpanHistory;
  readonly logRecordProcessor: EventHistory;
  readonly metricReader: HistoryMetricReader;
  readonly #feed: Feed;

  constructor() {
    this.spanProcessor = new SpanHistory(SPAN_LIMITS, (span) => this.#feed.span(span));
    this.logRecordProcessor = new EventHistory(EVENT_LIMITS, {
      event: (event) => this.#feed.event(event),
      note: (spanId, note) => this.spanProcessor.note(spanId, note),
    });
    this.metricReader = new HistoryMetricReader((point) => this.#feed.point(point));
    this.#feed = new Feed({
      spans: () => this.spanProcessor.spans(),
      events: () => this.logRecordProcessor.events(),
      points: () => this.metricReader.points(),
      bounds: () => this.metricReader.bounds,
    });
  }

  /**
   * What the server answers for the page.
   * @param hasToken whether clients must send a token; else the server's own checks guard the page itself
   */
  routes(hasToken: boolean): Route[] {
    return pageRoutes({
      feed: this.#feed,
      targets: () => this.logRecordProcessor.targets(),
      open: hasToken,
    });
  }
}
