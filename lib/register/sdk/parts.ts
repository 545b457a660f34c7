import type * as Api from '@opentelemetry/api';
import type * as Core from '@opentelemetry/core';
import type * as SdkLogs from '@opentelemetry/sdk-logs';
import type * as SdkMetrics from '@opentelemetry/sdk-metrics';
import type * as SdkTrace from '@opentelemetry/sdk-trace';
import type { BridgeLoggerProvider } from '../../opentelemetry/logger.js';
import type { NodeSdk } from './node-sdk.js';

/** From 2.9 on, the SDK's packages take the same options in SDK 2 and SDK 3. */
const FIRST_RELEASE = 220;
/** The first one of SDK 3, whose logs are in `@opentelemetry/api`. */
const SDK_3 = 300;

/** What describes the program. */
export type Resource = NonNullable<
  NonNullable<ConstructorParameters<typeof SdkTrace.TracerProvider>[0]>['resource']
>;

/** `@opentelemetry/resources`. */
export interface Resources {
  defaultResource(): Resource;
  detectResources(options: { readonly detectors: readonly unknown[] }): Resource;
  readonly [detector: string]: unknown;
}

interface ContextAsyncHooks {
  readonly AsyncLocalStorageContextManager: new () => Api.ContextManager;
}

interface LogsApi {
  readonly logs: { setGlobalLoggerProvider(provider: BridgeLoggerProvider): unknown };
}

/** The packages of the SDK, each of which is loaded when it is asked for. */
export class Parts {
  readonly #sdk: NodeSdk;

  private constructor(sdk: NodeSdk) {
    this.#sdk = sdk;
  }

  /** @returns undefined where the SDK has other parts than those that are known */
  static of(sdk: NodeSdk): Parts | undefined {
    return sdk.release >= FIRST_RELEASE ? new Parts(sdk) : undefined;
  }

  /** As in {@link NodeSdk}. */
  get release(): number {
    return this.#sdk.release;
  }

  /** The copy of the API that the SDK itself registers with. */
  get api(): typeof Api {
    return this.load('api');
  }

  get logsApi(): LogsApi {
    return this.load(this.release < SDK_3 ? 'api-logs' : 'api');
  }

  get contextAsyncHooks(): ContextAsyncHooks {
    return this.load('context-async-hooks');
  }

  get core(): typeof Core {
    return this.load('core');
  }

  get resources(): Resources {
    return this.load('resources');
  }

  get sdkTrace(): typeof SdkTrace {
    return this.load('sdk-trace');
  }

  get sdkLogs(): typeof SdkLogs {
    return this.load('sdk-logs');
  }

  get sdkMetrics(): typeof SdkMetrics {
    return this.load('sdk-metrics');
  }

  /** @throws what loading it throws */
  load<Part>(name: string): Part {
    return this.#sdk.require(`@opentelemetry/${name}`);
  }
}
