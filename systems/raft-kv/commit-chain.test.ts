import { expect, test } from 'vitest';
import { CommitChain } from './commit-chain.ts';
import type { Entry } from './entry.ts';

const entry = (index: number, term = 1): Entry => [term, ['put', 1, index, 'k', String(index)]];

function chainOf(upTo: number, change: (index: number) => Entry = entry): CommitChain {
  const chain = new CommitChain();
  for (let index = 1; index <= upTo; index++) chain.extend(index, change(index));
  return chain;
}

test('the same entries, the same hashes; one other entry, and all that follow it differ', () => {
  const [one, same] = [chainOf(40), chainOf(40)];
  expect(same.claims).toEqual(one.claims);
  for (const other of [7, 16, 17]) {
    const otherwise = chainOf(40, (index) => (index === other ? entry(index, 2) : entry(index)));
    expect(otherwise.hash, `entry ${other}`).not.toBe(one.hash);
    const differ = otherwise.claims.filter(([index, , hash]) =>
      one.claims.every((claim) => claim[0] !== index || claim[2] !== hash),
    );
    expect(differ.map(([index]) => index)).toEqual([16, 32, 40].filter((index) => index >= other));
  }
});

test('no entry can take the place of two, or of none', () => {
  const noOp: Entry = [1, null];
  const hashes = [[noOp], [noOp, noOp], [noOp, entry(2)], [entry(2), noOp]].map((entries) => {
    const chain = new CommitChain();
    for (const [at, entry] of entries.entries()) chain.extend(at + 1, entry);
    return chain.hash;
  });
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('a few narrow steps, a few wide ones, and where it is', () => {
  const indices = chainOf(2000).claims.map(([index]) => index);
  expect(indices).toEqual([
    ...[1888, 1904, 1920, 1936, 1952, 1968, 1984, 2000],
    ...[256, 512, 768, 1024, 1280, 1536, 1792],
    2000,
  ]);
  expect(new CommitChain().claims).toEqual([]);
});

test('going on from a snapshot is as having had all of it', () => {
  const whole = chainOf(100);
  const resumed = new CommitChain();
  const half = chainOf(50);
  resumed.resume({ index: 50, term: 1 }, half.hash);
  for (let index = 51; index <= 100; index++) resumed.extend(index, entry(index));
  expect(resumed.hash).toBe(whole.hash);
  expect(whole.claims).toEqual(expect.arrayContaining([...resumed.claims]));
});
