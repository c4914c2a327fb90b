/** What holds whatever the lanes are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NemesisEntry } from './entry.ts';
import { parseSchedule } from './recorded.ts';
import { field, Scene } from './testing/scene.ts';

const timing = fc.oneof(
  fc.record({
    kind: fc.constant('clock' as const),
    every: fc.integer({ min: 50, max: 900 }).map((min) => ({ min, max: min + 200 })),
    for: fc.integer({ min: 0, max: 800 }).map((min) => ({ min, max: min + 100 })),
    after: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
  }),
  fc.constant({ kind: 'always' as const }),
);
const target = fc.constantFrom('one', 'minority', 'majority', 'all', 'leader', 'followers', 'random');
const entry: fc.Arbitrary<NemesisEntry> = fc.oneof(
  fc.record({
    fault: fc.constant('partition' as const),
    shape: fc.constantFrom(
      'one',
      'random-halves',
      'majorities-ring',
      'bridge',
      'isolate-leader',
      'clients',
      'link',
    ),
    direction: fc.constantFrom('both', 'in', 'out'),
    mode: fc.constantFrom('stall', 'reset'),
    timing,
  }),
  fc.record({ fault: fc.constantFrom('pause', 'crash', 'flip'), target, timing }),
  fc.record({
    fault: fc.constant('delay' as const),
    links: fc.constantFrom('all', 'nodes', 'clients'),
    delay: fc.integer({ min: 0, max: 9 }),
    jitter: fc.integer({ min: 0, max: 9 }),
    timing,
  }),
);
const offset = fc.integer({ min: -500, max: 500 }).map((min) => ({ min, max: min + 100 }));
const ailment: fc.Arbitrary<NemesisEntry> = fc.oneof(
  fc.record({
    fault: fc.constant('packet' as const),
    links: fc.constantFrom('all', 'nodes', 'clients'),
    loss: fc.double({ min: 0.01, max: 1, noNaN: true }),
    duplicate: fc.constantFrom(0, 0.5),
    reorder: fc.constantFrom(0, 0.5),
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('bump' as const),
    offset,
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('drift' as const),
    drift: fc.constantFrom({ min: 0.02, max: 0.02 }, { min: -0.3, max: 0.3 }),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('clock' as const),
    mode: fc.constant('strobe' as const),
    offset,
    period: fc.integer({ min: 20, max: 500 }),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('disk' as const),
    trouble: fc.constant('slow' as const),
    delay: fc.integer({ min: 1, max: 99 }),
    target,
    timing,
  }),
  fc.record({
    fault: fc.constant('disk' as const),
    trouble: fc.constantFrom('fail', 'full'),
    target,
    timing,
  }),
);
const entries = fc.array(fc.oneof(entry, ailment), { maxLength: 5 });

test('whatever lanes there are, they take effect, compose, and leave everything whole', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.integer(), async (entries, seed) => {
      const scene = new Scene(3000);
      const happened = await scene.run(entries, seed);
      scene.expectHealed();
      expect(scene.records.filter(({ type }) => type === 'info')).toEqual([]);
      for (const { at, until } of happened) expect(until).toBeGreaterThanOrEqual(at);
      // No fault of several at once makes another one's evidence look wrong, unless nothing could flow.
      const unobserved = scene.records.filter(
        ({ f, value }) =>
          field(value, 'observed') === false && field(value, 'idle') !== true && f !== 'delay.stop',
      );
      expect(unobserved, scene.transcript().join('\n')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('aborted at any moment, everything is whole soon after', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.integer(), fc.integer({ min: 0, max: 3000 }), async (entries, seed, at) => {
      const scene = new Scene(3000);
      const over = new AbortController();
      void scene.clock.sleepUntil(at, over.signal).then(() => scene.abort.abort());
      await scene.run(entries, seed);
      over.abort();
      scene.expectHealed();
      expect(scene.clock.now()).toBeLessThan(at + 1000);
    }),
    { numRuns: 60 },
  );
});

test('hosts that fail here and there: every failure is recorded, and everything is whole in the end', async () => {
  const change = fc.constantFrom(
    'cut',
    'shape',
    'pause n1',
    'pause n2',
    'crash n1',
    'crash n2',
    'crash n3',
    'skew',
    'skew n2',
    'trouble n1',
    'trouble n3',
    'flip n1',
    'flip n2',
    'restart n1',
    'restart n3',
  );
  await fc.assert(
    fc.asyncProperty(
      entries,
      fc.integer(),
      fc.array(change, { maxLength: 3 }),
      async (entries, seed, changes) => {
        const scene = new Scene(3000);
        for (const name of changes) scene.host.failing.set(name, (scene.host.failing.get(name) ?? 0) + 1);
        const asked = new Map(scene.host.failing);
        await scene.run(entries, seed);
        scene.expectHealed();
        const refused = [...asked].some(([name, times]) => (scene.host.failing.get(name) ?? 0) < times);
        const recorded = scene.records.some(({ error }) => error?.includes('refused'));
        // Of a node that halts at that moment, as it may, nobody minds that it could not be crashed.
        const mayHalt = entries.some(
          (entry) => entry.fault === 'flip' || (entry.fault === 'disk' && entry.trouble !== 'slow'),
        );
        if (recorded || !mayHalt) expect(recorded).toBe(refused);
      },
    ),
    { numRuns: 60 },
  );
});

test('a recorded schedule happens again: same nodes, same links, same times, also by way of its file', async () => {
  await fc.assert(
    fc.asyncProperty(entries, fc.integer(), async (entries, seed) => {
      const happened = await new Scene(3000).run(entries, seed);
      const parsed = parseSchedule(JSON.stringify(happened));
      if ('problem' in parsed) throw new Error(parsed.problem);
      expect(parsed.schedule).toEqual(happened);
      const scene = new Scene(3000);
      const again = await scene.replay(parsed.schedule);
      scene.expectHealed();
      expect(again.length).toBe(happened.length);
      for (const [lane] of entries.entries()) {
        const [was, is] = [happened, again].map((faults) => faults.filter((fault) => fault.lane === lane));
        expect(is!.map(({ effect }) => effect)).toEqual(was!.map(({ effect }) => effect));
        for (const [index, { at, until }] of was!.entries()) {
          // A lane's next fault waits for the end of the one before; each change takes a moment.
          expect(Math.abs(is![index]!.at - at)).toBeLessThan(20);
          expect(Math.abs(is![index]!.until - until)).toBeLessThan(20);
        }
      }
    }),
    { numRuns: 40 },
  );
});
