type Signal = 'traces' | 'metrics' | 'logs';

interface Example {
  readonly name: string;
  readonly args: readonly string[];
  /** @param endpoint where it may export to */
  env(endpoint: string): Readonly<Record<string, string>>;
  /** What arrives there. */
  readonly signals: readonly Signal[];
}

interface Native {
  readonly name: string;
  readonly exports: boolean;
  readonly signals: readonly Signal[];
}

export const OFF = 'telemetry off';
export const MADE = 'nothing exported';
export const TWO = 'two signals';
export const THREE = 'three signals';
export const PAGE = 'three signals and the page';
export const NATIVE_OFF = 'native, telemetry off';
export const NATIVE = 'native, two signals';

const NO_PAGE = ['--no-page'];
const ALL: readonly Signal[] = ['traces', 'metrics', 'logs'];
const endpoint = (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url });

/** The servers that take turns. */
export const SERVERS: { readonly example: readonly Example[]; readonly native: readonly Native[] } =
  {
    example: [
      { name: OFF, args: NO_PAGE, env: () => ({ OTEL_SDK_DISABLED: 'true' }), signals: [] },
      { name: MADE, args: NO_PAGE, env: () => ({}), signals: [] },
      {
        name: TWO,
        args: NO_PAGE,
        env: (url) => ({ ...endpoint(url), OTEL_LOGS_EXPORTER: 'none' }),
        signals: ['traces', 'metrics'],
      },
      { name: THREE, args: NO_PAGE, env: endpoint, signals: ALL },
      { name: PAGE, args: [], env: endpoint, signals: ALL },
    ],
    native: [
      { name: NATIVE_OFF, exports: false, signals: [] },
      { name: NATIVE, exports: true, signals: ['traces', 'metrics'] },
    ],
  };

/** What the names mean. */
export const ABOUT_SERVERS = `“${OFF}” has no SDK; “${MADE}” makes spans and histograms that nobody exports, with events off; “${TWO}” exports spans and metrics, “${THREE}” log records too, over OTLP/HTTP to a local sink; “${PAGE}” also keeps the history that the live page shows, for nobody who looks.`;
