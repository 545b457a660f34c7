import fc from 'fast-check';
import { METHOD_NAMES } from '../../methods.js';

/** What a client sends at once: text, or bytes that are none. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** The ids that a server has to answer a frame with, one an answer. */
export type ExpectedIds = readonly (string | number | null)[];

/** The longest id and the longest method of this wire. */
const MAX_LENGTH = 256;
const PATH = { PATH: process.env.PATH };
const DEEP = 20_000;

/**
 * What answers the specification wants for a frame, read from it alone. A batch is one request that can't be
 * read on this wire; what has no id that can be known is answered with null.
 * @see https://www.jsonrpc.org/specification#response_object
 */
export function expectedIds(frame: Frame): ExpectedIds {
  if (typeof frame !== 'string') return [null];
  let message: unknown;
  try {
    message = JSON.parse(Buffer.from(frame).toString());
  } catch {
    return [null];
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return [null];
  const members = new Map(Object.entries(message));
  const id = members.get('id');
  const isText = typeof id === 'string' && id.length <= MAX_LENGTH;
  const isKnown = isText || (typeof id === 'number' && Number.isSafeInteger(id));
  const method = members.get('method');
  if (!members.has('id'))
    return typeof method === 'string' && method.length <= MAX_LENGTH ? [] : [null];
  if (!isKnown) return [null];
  const isResponse = !members.has('method') && (members.has('result') || members.has('error'));
  return isResponse ? [] : [id as string | number];
}

const processId = fc.constantFrom('a', 'b', 'c', '', 'é', 'x'.repeat(300));
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, -1, 2 ** 53, 1e308, '', '\0', '\ud800', [], {}, 'file:///tmp', '__proto__'),
);
const path = fc.constantFrom(
  'file:///tmp',
  'file:///etc/hostname',
  'file:///dev/null',
  'file:///dev/zero',
  'file:///proc/self/status',
  'file:///no/such/file',
  'file:///%00',
  'file://elsewhere/tmp',
  'http://localhost/',
);
/** Programs that do nothing, whatever they are given. */
const argv = fc.oneof(
  fc.tuple(fc.constantFrom('true', 'false', '/no/such/program', ''), fc.string()),
  fc.constantFrom(['cat'], ['sleep', '0.01'], ['head', '-c', '200000', '/dev/zero'], []),
);

const startParams = fc.record(
  {
    processId,
    argv,
    cwd: fc.constantFrom('file:///tmp', 'file:///no/such/folder'),
    env: fc.constant(PATH),
    tty: fc.boolean(),
    pipeStdin: fc.boolean(),
    arg0: fc.option(fc.string()),
    envPolicy: fc.option(
      fc.record({
        inherit: fc.constantFrom('all', 'core', 'none', 'odd'),
        exclude: fc.array(fc.constantFrom('*', '*a*a*a*a*a*b', '?', '\\', '[', '*'.repeat(128))),
      }),
    ),
    metadata: fc.option(fc.record({ threadId: fc.string(), toolCallId: fc.string() })),
  },
  { requiredKeys: ['processId', 'argv', 'cwd'] },
);
const readParams = fc.record(
  {
    processId,
    afterSeq: fc.integer({ min: -1, max: 5 }),
    maxBytes: fc.constantFrom(0, 1, 1e9),
    waitMs: fc.integer({ min: -1, max: 30 }),
  },
  { requiredKeys: ['processId'] },
);
const otherParams = fc.record(
  {
    processId,
    path,
    clientName: odd,
    chunk: fc.oneof(fc.base64String(), fc.string()),
    writeId: fc.string(),
    closeStdin: fc.boolean(),
    signal: fc.constantFrom('kill', 'hangup', 'user1', 'SIGKILL', 9),
  },
  { requiredKeys: [] },
);

const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer() },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1.5, 2 ** 53, 'x'.repeat(256), 'x'.repeat(257)) },
  { weight: 1, arbitrary: odd },
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...METHOD_NAMES) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '', 'x'.repeat(257)) },
  { weight: 1, arbitrary: odd },
);
const params = fc.oneof(
  { weight: 4, arbitrary: startParams },
  { weight: 3, arbitrary: readParams },
  { weight: 3, arbitrary: otherParams },
  { weight: 1, arbitrary: odd },
);
const trace = fc.oneof(
  odd,
  fc.constant({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }),
  fc.record({ traceparent: fc.string(), tracestate: fc.string() }),
);

const message = fc
  .record(
    {
      jsonrpc: fc.constantFrom('2.0', '1.0', 2),
      id,
      method,
      params,
      trace,
      result: odd,
      error: odd,
    },
    { requiredKeys: [] },
  )
  .map((members) => JSON.stringify(members));
const request = fc
  .record({
    id: fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' })),
    method: fc.constantFrom(...METHOD_NAMES),
    params,
  })
  .map((members) => JSON.stringify(members));
const mutated = fc
  .tuple(fc.oneof(request, message), fc.nat(), fc.nat({ max: 8 }), fc.string({ maxLength: 4 }))
  .map(([text, at, cut, put]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + put + text.slice(from + cut);
  });
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 1, max: DEEP }), fc.boolean())
  .map(([open, depth, isWhole]) => {
    const nested =
      open.repeat(depth) + (isWhole ? `1${(open === '[' ? ']' : '}').repeat(depth)}` : '');
    return `{"id":7,"method":"process/start","params":${nested}}`;
  });
const huge = fc
  .tuple(fc.constantFrom(...METHOD_NAMES), fc.integer({ min: 1, max: 300_000 }))
  .map(([name, size]) =>
    JSON.stringify({ id: 'h', method: name, params: { path: 'é'.repeat(size) } }),
  );
const oddJson = fc.constantFrom(
  '',
  ' ',
  'null',
  '[]',
  '[{"id":1,"method":"environment/info"}]',
  '"x"',
  '1e999',
  '{"id":1,"id":2,"method":"environment/info"}',
  '{"__proto__":{"id":1},"method":"environment/info"}',
  '{"id":1,"method":"environment/info","__proto__":null}',
  '{"id":01,"method":"environment/info"}',
  '\ufeff{"id":1,"method":"environment/info"}',
  '{"id":"\ud800","method":"environment/info"}',
  '{"id":1,"method":"environment/info"}\n{"id":2}',
);

/** Texts that clients send, most of them almost right; none asks for an answer that comes late. */
export const texts: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 8, arbitrary: request },
    { weight: 8, arbitrary: message },
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: oddJson },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: deep },
    { weight: 1, arbitrary: huge },
  )
  .filter((text) => !/"waitMs":[^,}]{3}/.test(text));

/** Frames over WebSocket: texts, and bytes. */
export const frames: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 15, arbitrary: texts },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
);
