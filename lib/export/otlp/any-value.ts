/*
 * Field numbers with their wire types, `number << 3 | type`, as every file beside this one has them.
 */

/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/common/v1/common.proto */
export const KEY_VALUE = { KEY: 0x0a, VALUE: 0x12 } as const;
/** Of an AnyValue. */
export const STRING_VALUE = 0x0a;
export const BOOL_VALUE = 0x10;
export const INT_VALUE = 0x18;
export const DOUBLE_VALUE = 0x21;
export const ARRAY_VALUE = 0x2a;
export const KVLIST_VALUE = 0x32;
export const BYTES_VALUE = 0x3a;
/** Of an ArrayValue, and of a KeyValueList. */
export const VALUES = 0x0a;
