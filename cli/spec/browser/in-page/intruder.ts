/** Tries everything that a page of another origin could. @returns what came of each attempt */
export function intrude(url: string): Promise<string[]> {
  const attempt = (path: string, options: RequestInit) =>
    fetch(new URL(path, url), options).then(
      ({ status }) => `got ${status}`,
      () => 'nothing',
    );
  const socket = new Promise<string>((resolve) => {
    const webSocket = new WebSocket(url.replace(/^http/, 'ws'), ['exec-server']);
    webSocket.onopen = () => resolve('got a socket');
    webSocket.onerror = () => resolve('nothing');
  });
  const loaded = (element: HTMLIFrameElement | HTMLScriptElement, path: string) =>
    new Promise<string>((resolve) => {
      element.src = new URL(path, url).href;
      element.onload = () => resolve(`loaded ${path}`);
      element.onerror = () => resolve('nothing');
      document.body.append(element);
    });
  return Promise.all([
    attempt('/page/feed', {}),
    attempt('/page/feed', { mode: 'no-cors' }),
    attempt('/page/filter', { mode: 'no-cors' }),
    attempt('/', { mode: 'no-cors' }),
    loaded(document.createElement('script'), '/page/format.js'),
    socket,
  ]);
}

/** Puts a page into a frame. @returns whether the frame shows it, as far as its own origin can tell */
export function frame(url: string): Promise<void> {
  return new Promise((resolve) => {
    const element = document.createElement('iframe');
    element.src = url;
    element.onload = () => resolve();
    document.body.append(element);
  });
}
