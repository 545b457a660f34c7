import { Readable } from 'node:stream';
import { type Span, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { Body, PARSE_LIMIT } from '../../lib/instrumentation/stdio/body.js';
import { StdioConversation } from '../../lib/instrumentation/stdio/conversation.js';
import { detectFraming } from '../../lib/instrumentation/stdio/detection.js';
import { protocolOf } from '../../lib/instrumentation/stdio/protocol.js';
import { ReceivedChunks } from '../../lib/instrumentation/stdio/received-chunks.js';
import { SentChunks } from '../../lib/instrumentation/stdio/sent-chunks.js';
import { asLines, call, withHeaders } from './stdio-programs.js';

const message = fc.record({
  method: fc.constantFrom('a', 'b'),
  params: fc.string({ unit: 'grapheme', maxLength: 20 }),
  asks: fc.boolean(),
});
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => Math.round(place * bytes.length)), bytes.length];
  const sorted = ends.toSorted((a, b) => a - b);
  return sorted.map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
}

describe('messages that are cut anywhere', () => {
  for (const encode of [asLines, withHeaders]) {
    it(`reach the reader as the same bytes, each request ended by a piece in its own context: ${encode.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(message, { minLength: 1 }),
          cuts,
          cuts,
          async (all, inward, outward) => {
            await using capture = new SignalCapture().register();
            const telemetry = new ExecTelemetry(capture.providers);
            const told: unknown[] = [];
            const spans = new Map<Span | undefined, unknown>();
            const conversation = new StdioConversation({
              isEnabled: () => true,
              opened: () => {},
              getConfig: () => ({
                requestHook: (span, { id }) => {
                  told.push(id);
                  spans.set(span, id);
                },
              }),
              telemetryOf: () => telemetry,
            });
            const stream = new Readable({ read() {} });
            const pieces: Buffer[] = [];
            const ends = new Map<number, unknown>();
            let length = 0;
            stream.on('data', (piece: Buffer) => {
              pieces.push(piece);
              length += piece.length;
              ends.set(length, spans.get(trace.getActiveSpan()));
            });
            stream.resume();
            await new Promise(setImmediate);
            let make: ReturnType<typeof detectFraming>;
            const received = new ReceivedChunks(conversation, stream, {
              confirmed: (framing) => {
                make = framing;
              },
              refused: () => expect.fail('this is JSON-RPC'),
            });
            const messages = all.map(({ asks, method, params }, index) =>
              asks
                ? call(index, method, { params })
                : { jsonrpc: '2.0', method, params: { params } },
            );
            const bytes = Buffer.from(encode(...messages));
            for (const chunk of cutAt(bytes, inward)) {
              received.handOn(chunk, (piece) => stream.push(piece));
            }
            expect(Buffer.concat(pieces).equals(bytes)).to.equal(true);
            const asked = all.flatMap(({ asks }, index) => (asks ? [index] : []));
            expect(told).to.deep.equal(asked);
            for (const id of asked) {
              const end = Buffer.byteLength(encode(...messages.slice(0, id + 1)));
              expect(ends.get(end), `request ${id} ends with a piece of its own`).to.equal(id);
            }
            if (typeof make !== 'function') return expect.fail('nothing was confirmed');
            const sent = new SentChunks(conversation, make());
            const answers = asked.map((id) => ({ jsonrpc: '2.0', id, result: { text: 'zwölf' } }));
            for (const chunk of cutAt(Buffer.from(encode(...answers)), outward)) {
              sent.written(chunk, undefined);
            }
            const { events } = await capture.signals();
            expect(
              events.map(({ attributes }) => [attributes.request_id, attributes.result]),
            ).to.deep.equal(asked.map((id) => [String(id), 'success']));
          },
        ),
        { numRuns: 100 },
      );
    });
  }
});

describe('a message that is too long to be parsed', () => {
  const read = (text: string, piece = 1_000_000) => {
    const body = new Body();
    const bytes = Buffer.from(text);
    let from = 0;
    for (; from + piece < bytes.length; from += piece) body.add(bytes.subarray(from, from + piece));
    return body.finish(bytes.subarray(from));
  };
  const large = 'é"}{'.repeat(PARSE_LIMIT / 4);
  const trap = `${large},"id":9}`;

  it('is read by the members at its ends, in any order and in any pieces', () => {
    for (const piece of [1_000_000, 8 * PARSE_LIMIT]) {
      expect(read(JSON.stringify({ jsonrpc: '2.0', id: 1, result: trap }), piece)).to.deep.equal({
        jsonrpc: '2.0',
        id: 1,
        result: {},
      });
      expect(
        read(JSON.stringify({ result: [large], jsonrpc: '2.0', id: 'x"' }), piece),
      ).to.deep.equal({
        result: {},
        jsonrpc: '2.0',
        id: 'x"',
      });
      expect(read(JSON.stringify({ method: 'm', params: { large }, id: 2 }), piece)).to.deep.equal({
        method: 'm',
        params: {},
        id: 2,
      });
      expect(
        read(JSON.stringify({ id: 3, error: { message: large, code: 1 } }), piece),
      ).to.deep.equal({
        id: 3,
        error: {},
      });
    }
  });

  it('is refused where its ends say nothing', () => {
    expect(() => read(JSON.stringify([call(1, 'a', [large])]))).to.throw(RangeError);
  });
});

describe('first bytes and first messages', () => {
  it('say which framing it is, or that it is none, as soon as that is clear', () => {
    const verdictOn = (text: string) => {
      const made = detectFraming(Buffer.from(text));
      return typeof made === 'function' ? made().constructor.name : made;
    };
    expect(
      [
        '',
        '{',
        '[ {"jso',
        'Cont',
        ' {"id":',
        'CONTENT-LENGTH: 1',
        '[{"method"',
        'Content-Type:',
      ].map(verdictOn),
    ).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
      'LineFraming',
      'HeaderFraming',
      'LineFraming',
      'HeaderFraming',
    ]);
    expect(
      ['Contact', 'GET /', '{"level"\n', '{\n', '\0', `{${' '.repeat(64)}`].map(verdictOn),
    ).to.deep.equal(Array(6).fill('other'));
  });

  it('say which protocol it is', () => {
    const initialize = (params: object) => protocolOf(call(1, 'initialize', params));
    expect(initialize({ protocolVersion: '2025-06-18', clientInfo: {} })).to.equal('mcp');
    expect(initialize({ protocolVersion: 1, clientCapabilities: {} })).to.equal('acp');
    expect(initialize({ processId: null, capabilities: {} })).to.equal('lsp');
    expect(initialize({ capabilities: { textDocument: {} } })).to.equal('lsp');
    expect(initialize({})).to.equal(undefined);
    expect(
      [
        'tools/call',
        'server/discover',
        'textDocument/hover',
        '$/cancelRequest',
        'session/prompt',
        'run',
      ].map((method) => protocolOf({ method })),
    ).to.deep.equal(['mcp', 'mcp', 'lsp', 'lsp', 'acp', undefined]);
    expect(protocolOf([call(1, 'tools/list')])).to.equal('mcp');
  });
});
