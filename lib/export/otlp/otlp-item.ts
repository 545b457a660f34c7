/** A resource as both SDK lines have it. */
export interface OtlpResource {
  readonly attributes: object;
  readonly schemaUrl?: string | undefined;
  readonly asyncAttributesPending?: boolean | undefined;
  /** Settles once its attributes are all known. */
  waitForAsyncAttributes?(): Promise<void>;
}

/** An instrumentation scope as both SDK lines have it. */
export interface OtlpScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: object | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** What every span and log record says of where it comes from. */
export interface OtlpItem {
  readonly resource: OtlpResource;
  readonly instrumentationScope: OtlpScope;
}
