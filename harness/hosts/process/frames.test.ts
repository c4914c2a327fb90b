import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameAssembler, FrameWriter, HEADER, MAX_FRAME, frameEnd, type Payload } from './frames.ts';
import { FrameReader, WireError, hello, message, reply, request, welcome } from './wire.ts';
import type { Json } from '../../../systems/contract.ts';
import type { Frame } from './wire.ts';

const frames = (...payloads: readonly Payload[]): Buffer => {
  const writer = new FrameWriter();
  for (const payload of payloads) expect(writer.push(payload)).toBe(true);
  return Buffer.concat(writer.take());
};

/** `bytes` in pieces that end at these offsets. */
const pieces = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
};

test('frames come out as they went in, whatever pieces they travel in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), fc.array(fc.nat()), (texts, cuts) => {
      const assembler = new FrameAssembler();
      const seen: string[] = [];
      for (const piece of pieces(frames(...texts), cuts)) {
        const run = assembler.push(piece);
        for (let start = 0; start < run.length; start = frameEnd(run, start)) {
          seen.push(run.toString('utf8', start + HEADER, frameEnd(run, start)));
        }
      }
      expect(seen).toEqual(texts.map((text) => Buffer.from(text).toString()));
      expect(assembler.held).toBe(0);
    }),
  );
});

test('bytes that were taken are not written to again', () => {
  const writer = new FrameWriter();
  const taken: Uint8Array[] = [];
  const copies: Buffer[] = [];
  for (let i = 0; i < 500; i++) {
    writer.push(`${i}`.repeat(1 + (i % 300)));
    if (i % 3 !== 0) continue;
    for (const piece of writer.take()) {
      taken.push(piece);
      copies.push(Buffer.from(piece));
    }
  }
  expect(Buffer.concat(taken).equals(Buffer.concat(copies))).toBe(true);
});

test('a frame longer than the limit is not written, one of just the limit is', () => {
  const writer = new FrameWriter();
  expect(writer.push('x'.repeat(MAX_FRAME + 1))).toBe(false);
  expect(writer.push('€'.repeat(MAX_FRAME / 2))).toBe(false);
  expect(writer.size).toBe(0);
  expect(writer.push('x'.repeat(MAX_FRAME))).toBe(true);
  expect(writer.size).toBe(HEADER + MAX_FRAME);
});

test('an oversize length ends the framing; the frames before it are given out, the bytes are kept', () => {
  const good = frames('a', 'b');
  const garbage = Buffer.from('GET / HTTP/1.1\r\n');
  const assembler = new FrameAssembler();
  expect(assembler.push(Buffer.concat([good, garbage])).equals(good)).toBe(true);
  expect(assembler.malformed).toBe(true);
  expect(assembler.push(Buffer.from('\r\n')).length).toBe(0);
  expect(assembler.rest().toString()).toBe('GET / HTTP/1.1\r\n\r\n');
});

test('every kind of frame is read as it was written', () => {
  const read: Frame[] = [];
  const texts = [hello('n1'), welcome, message({ a: [1, 'ü'] }), request(7, null), reply(7, 'x')];
  new FrameReader().push(frames(...texts), (frame) => read.push(frame) > 0);
  expect(read).toEqual([
    { kind: 'hello', from: 'n1' },
    { kind: 'welcome' },
    { kind: 'message', message: { a: [1, 'ü'] } },
    { kind: 'request', id: 7, body: null },
    { kind: 'reply', id: 7, body: 'x' },
  ]);
});

test('bytes travel beside the JSON of a message, in whatever pieces', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.uint8Array(),
      fc.array(fc.nat()),
      (rest, bytes, cuts) => {
        const body = { ...(rest as { [key: string]: Json }), bytes };
        const read: Frame[] = [];
        const reader = new FrameReader();
        for (const piece of pieces(
          frames(message(body), request(1, body), reply(2, body), message('after')),
          cuts,
        )) {
          reader.push(piece, (frame) => read.push(frame) > 0);
        }
        const carried = { ...(JSON.parse(JSON.stringify(rest)) as object), bytes };
        expect(read).toEqual([
          { kind: 'message', message: carried },
          { kind: 'request', id: 1, body: carried },
          { kind: 'reply', id: 2, body: carried },
          { kind: 'message', message: 'after' },
        ]);
      },
    ),
  );
});

test('a frame with bytes that is not longer than the limit is written, another is not', () => {
  const room = MAX_FRAME - 5 - '["message",{"bytes":null}]'.length;
  expect(new FrameWriter().push(message({ bytes: new Uint8Array(room) }))).toBe(true);
  expect(new FrameWriter().push(message({ bytes: new Uint8Array(room + 1) }))).toBe(false);
});

test.each([
  ['a text longer than its frame', [0, 0, 0, 0, 9, 0x22], 'longer than itself'],
  ['no length', [0, 0, 0], 'longer than itself'],
  ['bytes with a list', [0, 0, 0, 0, 14, ...Buffer.from('["message",[]]'), 7], 'no object'],
])('refused: %s', (_name, content, why) => {
  const head = Buffer.from([0, 0, 0, content.length]);
  const read = () => new FrameReader().push(Buffer.concat([head, Buffer.from(content)]), () => true);
  expect(read).toThrow(WireError);
  expect(read).toThrow(why);
});

test.each([
  ['not JSON', '{', 'not JSON'],
  ['an empty frame', '', 'not JSON'],
  ['not an array', '{"hello":1}', 'not an array'],
  ['an unknown type', '["bye"]', 'unknown type'],
  ['a type from the prototype', '["__proto__",1]', 'unknown type'],
  ['a hello without a name', '["hello"]', 'malformed hello'],
  ['a hello of a number', '["hello",1]', 'malformed hello'],
  ['a request without a number', '["request","1",{}]', 'malformed request'],
  ['a request with a fraction', '["request",1.5,{}]', 'malformed request'],
  ['a reply without a body', '["reply",1]', 'malformed reply'],
  ['a message with too much', '["message",1,2]', 'malformed message'],
])('refused: %s', (_name, text, why) => {
  const seen: Frame[] = [];
  const read = () => new FrameReader().push(frames(welcome, text, welcome), (frame) => seen.push(frame) > 0);
  expect(read).toThrow(WireError);
  expect(read).toThrow(why);
  expect(seen).toEqual([{ kind: 'welcome' }, { kind: 'welcome' }]); // the one before it, twice
});

test('nothing is read after the reader was told to stop', () => {
  let count = 0;
  new FrameReader().push(frames(welcome, welcome, '{'), () => ++count < 2);
  expect(count).toBe(2);
});
