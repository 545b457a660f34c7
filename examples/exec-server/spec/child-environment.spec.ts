import { expect } from 'chai';
import { childEnvironment } from '../child-environment.js';
import type { StartParams } from '../wire.js';

const INHERITED = { PATH: '/bin', HOME: '/home/me', API_TOKEN: 's3cret', my_key: 'k', OTHER: 'o' };

const POLICY = {
  inherit: 'all' as const,
  ignoreDefaultExcludes: true,
  exclude: [],
  set: {},
  includeOnly: [],
};

const names = (policy: Partial<typeof POLICY> | { inherit: 'core' | 'none' }, env = {}) =>
  Object.keys(childEnvironment({ env, envPolicy: { ...POLICY, ...policy } }, INHERITED)).sort();

describe("a child's environment", () => {
  it('is what the client sends, where it sends no policy', () => {
    expect(childEnvironment({ env: { A: '1' }, envPolicy: null }, INHERITED)).to.deep.equal({
      A: '1',
    });
  });

  it('inherits all, the core, or nothing', () => {
    expect(names({ inherit: 'all' })).to.deep.equal(Object.keys(INHERITED).sort());
    expect(names({ inherit: 'core' })).to.deep.equal(['HOME', 'PATH']);
    expect(names({ inherit: 'none' })).to.deep.equal([]);
  });

  it('leaves out what looks like a secret, if it is asked to', () => {
    expect(names({ ignoreDefaultExcludes: false })).to.deep.equal(['HOME', 'OTHER', 'PATH']);
  });

  it('leaves out by pattern, whatever the case, and only whole names', () => {
    expect(names({ exclude: ['api_*', 'O?HER', 'HOM'] } as object)).to.deep.equal([
      'HOME',
      'PATH',
      'my_key',
    ]);
    expect(names({ exclude: ['.*', '(x)+$'] } as object)).to.have.length(5);
  });

  it('keeps only what is listed, of what it inherits and sets', () => {
    const set = { SET: '1', UNLISTED: '2' };
    expect(names({ includeOnly: ['SET', 'P*'], set } as object)).to.deep.equal(['PATH', 'SET']);
  });

  it('lets the client have the last word', () => {
    const envPolicy = { ...POLICY, set: { PATH: '/set' } };
    expect(childEnvironment({ env: { PATH: '/mine' }, envPolicy }, INHERITED).PATH).to.equal(
      '/mine',
    );
    expect(names({ includeOnly: ['SET'] } as object, { MINE: '1' })).to.deep.equal(['MINE']);
  });

  it('takes time in proportion to what is matched, however hostile the patterns', () => {
    const hostile = [`${'*A'.repeat(60)}*B`, `${'?*'.repeat(60)}B`, `*${'A'.repeat(100)}B`];
    const exclude = Array.from({ length: 64 }, (_, index) => hostile[index % 3]);
    const long = Object.fromEntries(
      Array.from({ length: 512 }, (_, index) => [`${'A'.repeat(250)}${index}`, '']),
    );
    const began = performance.now();
    const envPolicy = { ...POLICY, exclude } as StartParams['envPolicy'];
    const kept = childEnvironment({ env: {}, envPolicy }, long);
    expect(Object.keys(kept)).to.have.length(512);
    expect(performance.now() - began).to.be.below(5_000);
  });

  it('holds no secret of the exporter, even where all is inherited, but those that the client sets', () => {
    const inherited = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=s3cret',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=s3cret',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/etc/key.pem',
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: '/etc/certificate.pem',
    };
    const set = { OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'mine' };
    expect(childEnvironment({ env: {}, envPolicy: { ...POLICY, set } }, inherited)).to.deep.equal({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'mine',
    });
  });
});
