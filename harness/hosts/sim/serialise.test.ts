import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../systems/contract.ts';
import { serialise } from './serialise.ts';

const anything = fc.anything({
  withBoxedValues: false,
  withDate: false,
  withMap: false,
  withSet: false,
  withTypedArray: false,
  withBigInt: false,
  withSparseArray: true,
});

test('what arrives is what JSON would carry', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify(value) as string | undefined;
      const carried = text === undefined ? null : (JSON.parse(text) as Json);
      expect(serialise(value as Json).json).toEqual(carried);
    }),
    { numRuns: 2000 },
  );
});

test('bytes beside JSON arrive as a copy, and weigh what they are', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const { json, size } = serialise({ at: -0, bytes });
  expect(json).toEqual({ at: 0, bytes: Uint8Array.of(1, 2, 3) });
  expect(size - serialise({ at: -0, bytes: null }).size).toBe(3);
  bytes[0] = 9;
  expect(json).toEqual({ at: 0, bytes: Uint8Array.of(1, 2, 3) });
});

test('-0, NaN and undefined go the way of JSON', () => {
  const { json } = serialise({ a: -0, b: NaN, c: undefined, d: [undefined, Infinity] } as unknown as Json);
  expect(json).toEqual({ a: 0, b: null, d: [null, null] });
  expect(Object.is((json as { a: number }).a, 0)).toBe(true);
});

test('no object is shared, however deep', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // A copy: were it shared, what is scribbled on would be fast-check's own, and shrinking has no end.
      const sent = structuredClone(value) as Json;
      const { json } = serialise(sent);
      scribble(json);
      expect(sent).toEqual(value);
    }),
  );
});

test('the size is about that of its JSON', () => {
  const message = { type: 'append', term: 12, entries: [[1, ['put', 2, 1, 'x', 'y'.repeat(100)]]] };
  const { length } = JSON.stringify(message);
  expect(serialise(message).size).toBeGreaterThan(length * 0.8);
  expect(serialise(message).size).toBeLessThan(length * 1.4);
});

function scribble(json: unknown): void {
  if (typeof json !== 'object' || json === null) return;
  for (const inner of Object.values(json)) scribble(inner);
  if (Array.isArray(json)) json.push('scribbled');
  else (json as { scribbled?: boolean }).scribbled = true;
}
