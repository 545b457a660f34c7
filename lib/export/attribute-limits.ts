import { positive } from './queue-options.js';

/** How many attributes a record may have, and how long they may be. */
export interface AttributeLimits {
  /** How many attributes a record has; the others are counted as dropped. */
  readonly attributeCountLimit: number;
  /** How long a text among their values is, in UTF-16 code units; the rest is cut off. */
  readonly attributeValueLengthLimit: number;
}

const DEFAULTS: AttributeLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
};

/**
 * The limits by the options, the variables, and the SDK's defaults.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#logrecord-limits
 */
export function chooseAttributeLimits(options: Partial<AttributeLimits>): AttributeLimits {
  const choose = (name: keyof AttributeLimits, variable: string) =>
    options[name] ??
    positive(process.env[`OTEL_LOGRECORD_${variable}`]) ??
    positive(process.env[`OTEL_${variable}`]) ??
    DEFAULTS[name];
  return {
    attributeCountLimit: choose('attributeCountLimit', 'ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit: choose('attributeValueLengthLimit', 'ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  };
}
