/** This package's version, as its instrumentation scopes carry it. */
export const VERSION = '0.2.0';
