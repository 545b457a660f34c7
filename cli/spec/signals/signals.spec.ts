import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { readDestinations } from '../../signals/destinations.js';
import { inTime, readPatience } from '../../signals/patience.js';
import { isViewThere, noticeView, VIEW_URL } from '../../signals/view.js';

describe('where the signals of the command line go', () => {
  for (const [variables, expected] of [
    [{}, { disabled: false, exported: false, lines: true }],
    [{ OTEL_TRACES_EXPORTER: ' ' }, { disabled: false, exported: false, lines: true }],
    [{ OTEL_SERVICE_NAME: 'x' }, { disabled: false, exported: false, lines: true }],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, { disabled: false, exported: true, lines: false }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' },
      { disabled: false, exported: true, lines: false },
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x', OTEL_EXEC_LOG: 'warn' },
      { disabled: false, exported: true, lines: true },
    ],
    [{ OTEL_SDK_DISABLED: 'True' }, { disabled: true, exported: false, lines: true }],
  ] as const) {
    it(`with ${JSON.stringify(variables)} is ${JSON.stringify(expected)}`, () => {
      expect(readDestinations(variables)).to.deep.equal(expected);
    });
  }
});

describe('the end of the command line', () => {
  it('takes as long as the variable says, or 3 seconds', () => {
    const read = (value?: string) => readPatience({ OTEL_EXEC_SHUTDOWN_TIMEOUT: value });
    expect([read(), read(''), read('soon'), read('-1')]).to.deep.equal([
      3_000, 3_000, 3_000, 3_000,
    ]);
    expect([read('0'), read('250')]).to.deep.equal([0, 250]);
  });

  it('does not wait for work that never ends, or fails', async () => {
    expect(await inTime(new Promise(() => {}), 1)).to.equal(false);
    expect(await inTime(Promise.reject(new Error('broken')), 60_000)).to.equal(true);
  });
});

describe('a view that runs', () => {
  const answer = async <T>(
    headers: Record<string, string>,
    ask: (url: string) => Promise<T>,
  ): Promise<T> => {
    const server = createServer((_, response) => response.writeHead(200, headers).end('a page'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      return await ask(`http://127.0.0.1:${port}`);
    } finally {
      server.close();
    }
  };

  it('is known by its header, and nothing else is a view', async () => {
    expect(await answer({ 'otel-exec-view': '1' }, isViewThere)).to.equal(true);
    expect(await answer({}, isViewThere)).to.equal(false);
    expect(await isViewThere('http://127.0.0.1:1')).to.equal(false);
  });

  it('is told with what shows the command there', async () => {
    const [notice, url] = await answer({ 'otel-exec-view': '1' }, async (url) => [
      await noticeView({}, 'tap', url),
      url,
    ]);
    expect(notice).to.equal(
      `a view runs at ${url}/. To see this there: OTEL_EXPORTER_OTLP_ENDPOINT=${url} otel-exec tap …`,
    );
    expect(await answer({}, (url) => noticeView({}, 'run', url))).to.equal(undefined);
  });

  it('is not looked for where signals go elsewhere, or nowhere', async () => {
    expect(await noticeView({ OTEL_TRACES_EXPORTER: 'otlp' }, 'run')).to.equal(undefined);
    expect(await noticeView({ OTEL_SDK_DISABLED: 'true' }, 'run')).to.equal(undefined);
    expect(VIEW_URL).to.equal('http://127.0.0.1:4318');
  });
});
