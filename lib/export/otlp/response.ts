const VARINT = 0;
const DELIMITED = 2;
/** What a wire type takes whose bytes are of one number. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * Reads what is answered to spans or log records: the numbers are the same.
 * @throws Error where it is no such message
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/collector/trace/v1/trace_service.proto
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/collector/logs/v1/logs_service.proto
 */
export function parseResponse(data: Uint8Array): object {
  let partialSuccess: object | undefined;
  for (const { number, bytes } of readFields(data)) {
    if (number === 1 && bytes !== undefined) partialSuccess = parsePartialSuccess(bytes);
  }
  return { partialSuccess };
}

function parsePartialSuccess(data: Uint8Array): object {
  const partialSuccess: { rejectedSpans?: number; errorMessage?: string } = {};
  for (const { number, value, bytes } of readFields(data)) {
    if (number === 1 && value !== undefined) partialSuccess.rejectedSpans = value;
    if (number === 2 && bytes !== undefined) {
      partialSuccess.errorMessage = Buffer.from(bytes).toString();
    }
  }
  return partialSuccess;
}

interface Field {
  readonly number: number;
  readonly value?: number;
  readonly bytes?: Uint8Array;
}

function* readFields(data: Uint8Array): Generator<Field> {
  let position = 0;
  const readVarint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = data[position++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error('a number without an end');
  };
  while (position < data.length) {
    const key = readVarint();
    const type = key % 8;
    const number = Math.floor(key / 8);
    if (type === VARINT) yield { number, value: readVarint() };
    else {
      const length = type === DELIMITED ? readVarint() : FIXED[type];
      if (length === undefined || position + length > data.length || number === 0) {
        throw new Error('no field');
      }
      yield { number, bytes: data.subarray(position, position + length) };
      position += length;
    }
  }
}
