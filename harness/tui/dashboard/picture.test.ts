import { beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../runner/events.ts';
import type { Plan } from '../../plan/index.ts';
import { fault, look, sceneOf, second, stagedPlan } from './fixtures/scenes.ts';
import { faultsDuring } from './fault-views.ts';
import { faultByHand, NOTHING_YET, pictureAfter, type Picture } from './picture.ts';
import { reachOf } from './reach.ts';

let plan: Plan;
beforeAll(async () => {
  plan = await stagedPlan();
});

const after = (events: readonly RunEvent[], before = NOTHING_YET): Picture =>
  events.reduce(pictureAfter, before);

test('totals, figures and the clock follow the seconds; their number is bounded', () => {
  const picture = after([
    ...sceneOf('calm', plan, '/run'),
    ...Array.from({ length: 8000 }, (_, i) => second(i + 9)),
  ]);
  expect(picture.seconds).toHaveLength(7200);
  expect(picture.seconds.at(-1)!.ms).toBe(picture.ms);
  expect(picture.totals.info).toBe(
    Array.from({ length: 8008 }, (_, i) => (i + 1) % 3).reduce((a, b) => a + b),
  );
});

test('a node that falls silent keeps what it said last, as old', () => {
  const calm = after(sceneOf('calm', plan, '/run'));
  const silent: RunEvent = {
    kind: 'look',
    look: { node: 'n2', state: 'paused', status: undefined },
    ms: 9000,
  };
  const [, n2] = after([silent], calm).nodes;
  expect(n2).toMatchObject({ state: 'paused', answers: false, status: { role: 'follower', leader: 'n1' } });
  const back = after([silent, look('n2', 9500, { term: 4 })], calm).nodes[1];
  expect(back).toMatchObject({ state: 'up', answers: true, status: { term: 4 } });
});

test('what the host knows of nodes after a fault is known at once, before any of them is asked', () => {
  const calm = after(sceneOf('calm', plan, '/run'));
  const states = [{ node: 'n2', state: 'down' as const }];
  const down = after([{ kind: 'states', states, ms: 9000 }], calm);
  expect(down.nodes[1]).toMatchObject({ state: 'down', answers: false, status: { role: 'follower' } });
  expect(down.nodes[0]).toEqual(calm.nodes[0]);
});

test('a fault is on from its start to its stop; one that was skipped or failed never was', () => {
  const picture = after([
    fault(1, 'nemesis-0', 'invoke', 'pause.start', {}),
    fault(1.1, 'nemesis-0', 'ok', 'pause.start', { about: 'n1' }),
    fault(1.2, 'nemesis-1', 'invoke', 'crash.start', {}),
    fault(1.3, 'nemesis-1', 'ok', 'crash.start', { skipped: 'no node leads' }),
    fault(1.4, 'nemesis-2', 'invoke', 'disk.start', {}),
    fault(1.5, 'nemesis-2', 'info', 'disk.start', {}),
    fault(2, 'nemesis-0', 'invoke', 'pause.stop', {}),
    fault(2.1, 'nemesis-0', 'ok', 'pause.stop', { observed: true }),
    fault(3, 'nemesis', 'invoke', 'heal', {}),
  ]);
  expect(picture.faults).toEqual([{ lane: 0, name: 'pause', from: 1000, until: 2100, about: 'n1' }]);
  expect(picture.timeline.map(({ text }) => text)).toEqual([
    '▼ pause n1',
    '· crash skipped: no node leads',
    expect.stringMatching(/^✗ disk.start/),
    '▲ pause over',
  ]);
  expect(faultsDuring(picture.faults, 0, 1000)).toEqual([]);
  expect(faultsDuring(picture.faults, 2000, 3000)).toHaveLength(1);
  expect(faultsDuring(picture.faults, 2100, 3000)).toEqual([]);
  expect(faultsDuring(picture.faults, 2090, 3000), 'ten milliseconds of two thousand').toEqual([]);
});

test('a fault by hand is known from the moment it was asked for until it is healed', () => {
  const asked = after([fault(1, 'nemesis-hand', 'invoke', 'pause.start', {})]);
  expect(faultByHand(asked)).toMatchObject({ lane: 'hand', about: undefined });
  const on = after([fault(1.1, 'nemesis-hand', 'ok', 'pause.start', { about: 'n1' })], asked);
  expect(faultByHand(on)).toMatchObject({ about: 'n1' });
  const healed = after([fault(2, 'nemesis-hand', 'ok', 'pause.stop', { observed: true })], on);
  expect(faultByHand(healed)).toBeUndefined();
  expect(healed.timeline.map(({ text }) => text)).toEqual(['▼ pause by hand n1', '▲ pause by hand over']);
});

test('seconds of a paused workload are known as such', () => {
  const picture = after([
    { kind: 'workload', paused: true, ms: 1000 },
    second(1),
    { kind: 'workload', paused: false, ms: 2000 },
    second(2),
  ]);
  expect(picture.seconds.map(({ paused }) => paused)).toEqual([true, false]);
});

test.each([
  ['whole', []],
  ['partly', ['n2>n1']],
  ['deaf', ['n2>n1', 'n3>n1']],
  ['mute', ['n1>n2', 'n1>n3', 'n2>n1']],
  ['isolated', ['n1>n2', 'n1>n3', 'n2>n1', 'n3>n1']],
  ['whole', ['n2>n3', 'clients>n1']],
])('%s by the cuts %j', (reach, cuts) => {
  const links = cuts.map((cut) => {
    const [from = '', to = ''] = cut.split('>');
    return { link: { from, to }, cut: 'stall' as const };
  });
  expect(reachOf('n1', ['n1', 'n2', 'n3'], links)).toBe(reach);
});

test('a link that is slow isolates nobody', () => {
  const shape = { delay: 5, jitter: 0 };
  const links = [
    { link: { from: 'n1', to: 'n2' }, shape },
    { link: { from: 'n2', to: 'n1' }, shape },
  ];
  expect(reachOf('n1', ['n1', 'n2'], links)).toBe('whole');
});
