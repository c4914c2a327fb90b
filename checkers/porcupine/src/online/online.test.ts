import { describe, expect, test } from 'vitest';
import { MalformedHistory } from '../events.ts';
import { ILLEGAL, type Model } from '../model.ts';
import { kv } from '../models/kv.ts';
import { register, type RegisterInput, type RegisterOutput } from '../models/register.ts';
import { eventsOf } from '../testing/events.ts';
import { simulate } from '../testing/simulate.ts';
import { online, type OnlineEvent } from './online.ts';

type RegisterEvent = OnlineEvent<RegisterInput, RegisterOutput>;

const call = (id: number, input: RegisterInput): RegisterEvent => ({ kind: 'call', id, process: id, input });
const returns = (id: number, output: RegisterOutput = {}): RegisterEvent => ({ kind: 'return', id, output });
const write = (id: number, value: number, key = 'x'): RegisterEvent => call(id, { f: 'write', key, value });
const read = (id: number, key = 'x'): RegisterEvent => call(id, { f: 'read', key });
const unknown = (id: number): RegisterEvent => ({ kind: 'unknown', id });
const fail = (id: number): RegisterEvent => ({ kind: 'fail', id });

/** What each event says. */
function said(events: readonly RegisterEvent[]): string[] {
  const checker = online(register());
  return events.map((event) => {
    const violation = checker.push(event);
    return violation ? `${violation.key}: ${violation.operation}` : 'ok';
  });
}

/** The last event is a violation, and none before it. */
function violates(events: readonly RegisterEvent[], operation: number): void {
  expect(said(events)).toEqual([...events.slice(1).map(() => 'ok'), `x: ${operation}`]);
}

function holds(events: readonly RegisterEvent[]): void {
  expect(said(events)).toEqual(events.map(() => 'ok'));
}

describe('a violation is named with the event that completes it', () => {
  test('a stale read', () =>
    violates([write(0, 1), returns(0), write(1, 2), returns(1), read(2), returns(2, { value: 1 })], 2));

  test('a read whose answer concerns a moment long before', () =>
    holds([read(0), write(1, 1), returns(1), write(2, 2), returns(2), returns(0, { value: 1 })]));

  test('a write of unknown outcome may take effect later', () =>
    holds([
      write(0, 1),
      unknown(0),
      read(1),
      returns(1, { value: null }),
      read(2),
      returns(2, { value: 1 }),
    ]));

  test('and only once', () =>
    violates(
      [write(0, 1), unknown(0), write(1, 2), read(2), returns(2, { value: 1 }), returns(1)].concat([
        read(3),
        returns(3, { value: 2 }),
        read(4),
        returns(4, { value: 1 }),
      ]),
      4,
    ));

  test('a read of a write that then failed', () =>
    violates([write(0, 1), read(1), returns(1, { value: 1 }), fail(0)], 0));

  test('a read of a write that had failed', () =>
    violates([write(0, 1), fail(0), read(1), returns(1, { value: 1 })], 1));

  test('a failed write may have been left out', () =>
    holds([
      write(0, 1),
      read(1),
      returns(1, { value: null }),
      fail(0),
      read(2),
      returns(2, { value: null }),
    ]));

  test('a cas that failed for no reason', () =>
    violates([call(0, { f: 'cas', key: 'x', value: [null, 1] }), returns(0, { ok: false })], 0));
});

test('a key that is invalid is done, and others go on', () => {
  const checker = online(register());
  const events = [read(0), returns(0, { value: 1 }), read(1), returns(1, { value: 2 })];
  events.push(read(2, 'y'), returns(2, { value: null }), read(3, 'y'), returns(3, { value: 3 }));
  const violations = events.flatMap((event) => checker.push(event) ?? []);
  expect(violations).toEqual([
    { key: 'x', operation: 0 },
    { key: 'y', operation: 3 },
  ]);
  expect(checker.verdict()).toEqual({
    verdict: 'invalid',
    keys: [
      { key: 'x', verdict: 'invalid', explained: 0, blocked: 0 },
      { key: 'y', verdict: 'invalid', explained: 1, blocked: 3 },
    ],
  });
});

test('what is no history is refused', () => {
  const checker = online(register());
  checker.push(read(0));
  expect(() => checker.push(read(0))).toThrow(MalformedHistory);
  expect(() => checker.push(returns(1))).toThrow(MalformedHistory);
  checker.push(unknown(0));
  expect(() => checker.push(returns(0))).toThrow(MalformedHistory);
});

describe('limits', () => {
  const bag: Model<string, number> = {
    name: 'bag in order',
    init: () => '',
    step: (state, input, output) =>
      output === undefined || output === state ? state + String(input) : ILLEGAL,
  };

  test('too many configurations: unknown, with what it is due to', () => {
    const checker = online(bag, { maxConfigurations: 50, chunk: 4 });
    for (let id = 0; id < 30; id++) {
      checker.push({ kind: 'call', id, process: id, input: id });
      if (id < 9) checker.push({ kind: 'unknown', id });
    }
    for (let id = 9; id < 30; id++) checker.push({ kind: 'return', id, output: undefined });
    for (let id = 30; id < 40; id++) {
      checker.push({ kind: 'call', id, process: id, input: id });
      checker.push({ kind: 'return', id, output: undefined });
    }
    const [{ verdict, reason } = { verdict: 'none', reason: undefined }] = checker.verdict().keys;
    expect(verdict).toBe('unknown');
    expect(reason?.kind).toBe('configurations');
    expect(reason?.costly.length).toBeGreaterThan(0);
  });

  test('an operation that is open too long counts as unknown; its return makes the verdict so', () => {
    const checker = online(register(), { memory: 100_000 });
    checker.push(read(0));
    for (let id = 1; id < 2000; id++) {
      checker.push(write(id, id));
      checker.push(returns(id));
    }
    expect(checker.held().events).toBeLessThan(600);
    expect(checker.verdict().verdict).toBe('valid');
    checker.push(returns(0, { value: 5 }));
    expect(checker.verdict().keys[0]?.reason?.kind).toBe('late');
    // Violations are still found.
    checker.push(read(2000));
    expect(checker.push(returns(2000, { value: 5 }))).toEqual({ key: 'x', operation: 2000 });
  });
});

test('what is held does not grow with the history', () => {
  const weights = { get: 5, put: 3, cas: 2, append: 0, delete: 0 };
  const history = simulate({ seed: 1, operations: 20_000, clients: 20, keys: 4, weights, unknown: 0 });
  const checker = online(kv());
  let early = 0;
  let late = 0;
  const events = eventsOf(history);
  events.forEach((event, i) => {
    checker.push(event);
    if (i % 100 > 0) return;
    const { configurations, states, events: recent } = checker.held();
    if (i < events.length / 4) early = Math.max(early, configurations + states + recent);
    else late = Math.max(late, configurations + states + recent);
  });
  expect(checker.verdict().verdict).toBe('valid');
  expect(late).toBeLessThan(early * 2);
  expect(late).toBeLessThan(5_000);
});
