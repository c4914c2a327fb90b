import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { encodeRecord, encodeTextRecord, scanRecords } from './records.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function fileOf(payloads: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(payloads.flatMap((payload) => [...encodeRecord(payload)]));
}

const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 });

test('what is written is read back', () => {
  fc.assert(
    fc.property(payloads, (written) => {
      const scan = scanRecords(fileOf(written));
      expect(scan.ending).toBe('clean');
      expect(scan.records.map(({ payload }) => [...payload])).toEqual(written.map((payload) => [...payload]));
    }),
  );
});

test('the record of a text is that of its UTF-8, ASCII or not', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(0xffff), { maxLength: 3 }), (ascii, units) => {
      const written = ascii + String.fromCharCode(...units);
      expect([...encodeTextRecord(written)]).toEqual([...encodeRecord(text(written))]);
    }),
  );
});

test('a file cut off anywhere has a torn end, and keeps every record before it', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), (written, at) => {
      const whole = fileOf(written);
      const size = at % whole.length;
      const { records, end, ending } = scanRecords(whole.subarray(0, size));
      expect(ending).toBe(end === size ? 'clean' : 'torn');
      const next = written[records.length];
      expect(end + 12 + next!.length).toBeGreaterThan(size);
    }),
  );
});

test('a flipped byte before the last record is corruption at the record that holds it; in the last, a torn end', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
      const bytes = fileOf(written);
      const place = at % bytes.length;
      bytes[place] = bytes[place]! ^ flip;
      const starts = written.map((_, index) => fileOf(written.slice(0, index)).length);
      const hit = starts.findLastIndex((start) => start <= place);
      const { end, ending } = scanRecords(bytes);
      expect({ end, ending }).toEqual({
        end: starts[hit],
        ending: hit === written.length - 1 ? 'torn' : 'corrupt',
      });
    }),
  );
});
