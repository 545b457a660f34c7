import { Access } from '../access.js';
import type { Route } from '../http.js';
import { EventHistory } from './event-history.js';
import { Feed } from './feed.js';
import { HistoryMetricReader } from './metric-reader.js';
import { pageRoutes } from './page-routes.js';
import { SpanHistory } from './span-history.js';

const SPAN_LIMITS = { count: 20_000, bytes: 16 * 1024 * 1024 };
const EVENT_LIMITS = { count: 10_000, bytes: 16 * 1024 * 1024 };

/** Who may see the page. */
export interface LivePageOptions {
  readonly token: string | undefined;
  readonly allowedOrigins: readonly string[];
}

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

  /** What the server answers for the page, to the page's own origin and to those who have the token. */
  routes({ token, allowedOrigins }: LivePageOptions): Route[] {
    const access = new Access({ token, allowedOrigins });
    return pageRoutes({
      feed: this.#feed,
      targets: () => this.logRecordProcessor.targets(),
      access,
      assetAccess: token === undefined ? access : undefined,
    });
  }
}
