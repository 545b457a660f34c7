import { element } from './dom.js';
import { formatTime } from './format.js';

/** What the page has of the server. */
export interface ConnectionState {
  /** Whether the feed is read. */
  feed: boolean;
  /** Whether it ever was read. */
  known: boolean;
  /** When it was last heard of, milliseconds since 1970. */
  lastHeard: number;
  /** When the server was seen to be another one. */
  restartedAt: number | undefined;
  /** Whether a token is wanted. */
  refused: boolean;
}

const NEWS_MILLIS = 15_000;

/** Says plainly how the connection is. */
export function showConnection(state: ConnectionState): void {
  const pill = element('connection', HTMLElement);
  const [name, words] = describe(state);
  if (pill.textContent !== words) pill.textContent = words;
  pill.dataset.state = name;
  const banner = element('banner', HTMLElement);
  const text = bannerText(state);
  if (element('banner-text', HTMLElement).textContent !== text) {
    element('banner-text', HTMLElement).textContent = text;
  }
  banner.hidden = text === '';
  banner.dataset.kind = state.feed ? 'news' : 'lost';
  element('retry', HTMLElement).hidden = state.feed;
  element('token-form', HTMLElement).hidden = !state.refused;
}

function describe({ feed, known, refused }: ConnectionState): [string, string] {
  if (refused) return ['lost', 'Token wanted'];
  if (feed) return ['live', 'Connected'];
  return known ? ['lost', 'Connection lost'] : ['connecting', 'Connecting'];
}

function bannerText({ feed, known, refused, lastHeard, restartedAt }: ConnectionState): string {
  if (refused) return '';
  if (!feed && known) {
    return `The connection to the server is lost. Last heard of it at ${formatTime(lastHeard)}; trying again.`;
  }
  if (feed && restartedAt !== undefined && Date.now() - restartedAt < NEWS_MILLIS) {
    return 'The server was restarted: what ran there before has no end that could be seen.';
  }
  return '';
}
