import { expect } from 'chai';
import { ViewFailure } from '../../view/failure.js';
import { type Place, takePlace } from '../../view/place.js';
import { LocalServer } from '../../view/receiver/server.js';

const HOST = '127.0.0.1';
const nothing = () => [];

/** Something else that listens. */
const notView = () => [
  {
    handle(_: unknown, response: import('node:http').ServerResponse) {
      response.removeHeader('otel-exec-view');
      response.end('something else');
      return true;
    },
  },
];

describe('the place of a view', () => {
  const open: (LocalServer | undefined)[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server?.close();
  });

  async function listening(handlers: Parameters<typeof LocalServer.listen>[2]) {
    const server = await LocalServer.listen(HOST, 0, handlers);
    open.push(server);
    return { url: server.url, port: Number(new URL(server.url).port) };
  }

  async function take(port: number, canMove: boolean, canJoin: boolean): Promise<Place> {
    const place = await takePlace({ host: HOST, port, canMove, canJoin }, nothing);
    open.push(place.server);
    return place;
  }

  const failure = (place: Promise<Place>) =>
    place.then(
      () => undefined,
      (error) => error,
    );

  it('is where it is asked to be', async () => {
    const { url, server } = await take(0, false, false);
    expect(url).to.match(/^http:\/\/127[.]0[.]0[.]1:\d+$/);
    expect(server).to.be.instanceOf(LocalServer);
  });

  it('is where a view is, if that will do', async () => {
    const { url, port } = await listening(nothing);
    expect(await take(port, true, true)).to.deep.equal({ url, server: undefined });
    const error = await failure(take(port, false, false));
    expect(error).to.be.instanceOf(ViewFailure);
    expect(error.message).to.equal(`a view is there already: ${url}/ (--port 0 starts another)`);
  });

  it('is elsewhere, if that will do, where there is something else, or a view that will not do', async () => {
    for (const handlers of [notView, nothing]) {
      const { url, port } = await listening(handlers);
      const place = await take(port, true, handlers === notView);
      expect(place.url).to.not.equal(url);
      expect(place.server).to.be.instanceOf(LocalServer);
    }
    const { port } = await listening(notView);
    const error = await failure(take(port, false, true));
    expect(error.message).to.match(/taken by another program: end that one, or use --port 0/);
  });
});
