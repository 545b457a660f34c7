import type { Attributes, AttributeValue, Span } from '@opentelemetry/api';
import type { Field } from '../conventions/convention.js';
import { complain } from '../opentelemetry/diagnostics.js';

/** Reads fields into attributes. A field that can't be read is told to `diag` and left out. */
export function fillAttributes<Source>(
  attributes: Attributes,
  fields: readonly Field<Source>[],
  source: Source,
): void {
  for (const field of fields) {
    try {
      const value = read(field, source);
      if (value !== undefined) attributes[field.name] = value;
    } catch (error) {
      complain(`reading ${field.name}`, error);
    }
  }
}

/** Reads fields into a span's attributes, likewise. */
export function setSpanAttributes<Source>(
  span: Span,
  fields: readonly Field<Source>[],
  source: Source,
): void {
  for (const field of fields) {
    try {
      const value = read(field, source);
      if (value !== undefined) span.setAttribute(field.name, value);
    } catch (error) {
      complain(`setting ${field.name}`, error);
    }
  }
}

/** @throws TypeError where it is nothing that an attribute can be: an SDK may throw the whole event away for it */
function read<Source>(field: Field<Source>, source: Source): AttributeValue | undefined {
  const value = field.of(source);
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
  }
  if (Array.isArray(value)) return value;
  throw new TypeError(`${field.name} is not of type ${field.type}`);
}
