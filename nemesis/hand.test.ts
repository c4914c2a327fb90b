import { expect, test } from 'vitest';
import type { BrokenLink } from './broken-links.ts';
import { linkText } from './grudge.ts';
import type { Hand } from './hand.ts';
import { runNemesis, runSchedule } from './nemesis.ts';
import { parseSchedule } from './recorded.ts';
import { clockTiming, crashOf, cut, pauseOf, Scene } from './testing/scene.ts';

const always = { kind: 'always' } as const;

/** A run in which a person does these things at these times, ms. */
async function withHand(
  scene: Scene,
  steps: readonly (readonly [at: number, step: (hand: Hand) => void])[],
  entries = [crashOf('n3', clockTiming(9999, 500, 300))],
): ReturnType<Scene['run']> {
  let hand: Hand | undefined;
  const done = (async () => {
    for (const [at, step] of steps) {
      await scene.clock.sleepUntil(at, scene.abort.signal);
      step(hand!);
    }
  })();
  const run = runNemesis({ ...scene.setting, entries, seed: 1, onHand: (given) => (hand = given) });
  const [happened] = await scene.clock.run(Promise.all([run, done]));
  return happened;
}

test('a fault by hand is recorded, observed and healed as any other, in a lane of its own', async () => {
  const scene = new Scene(4000, 3);
  const happened = await withHand(scene, [
    [1000, (hand) => expect(hand.start(pauseOf('n2', always))).toBe(true)],
    [1500, (hand) => expect(hand.start(pauseOf('n1', always))).toBe(false)],
    [2000, (hand) => hand.heal()],
    [2500, (hand) => hand.start(cut(always, { target: { node: 'n1' } }))],
  ]);
  const byHand = scene.transcript().filter((line) => line.includes('nemesis-hand'));
  expect(`\n${byHand.join('\n')}\n`).toBe(`
1000 nemesis-hand invoke pause.start {"target":"n2"}
1001 nemesis-hand ok pause.start {"about":"n2","targets":["n2"]}
2000 nemesis-hand invoke pause.stop
2001 nemesis-hand ok pause.stop {"observed":true,"evidence":{"states":{"n2":"paused"},"asked":1,"answered":[]}}
2500 nemesis-hand invoke partition.start {"shape":"one","direction":"both","mode":"stall","target":"n1"}
2501 nemesis-hand ok partition.start {"about":"n1 | n2 n3","targets":["n1"],"links":["n2→n1","n1→n2","n3→n1","n1→n3"]}
4000 nemesis-hand invoke partition.stop
4001 nemesis-hand ok partition.stop {"observed":true,"evidence":{"links":4,"carried":10004,"idle":0,"offered":5996,"delivered":0}}
`);
  scene.expectHealed();
  expect(happened.map(({ lane, at, until }) => [lane, at, until])).toEqual([
    [0, 300, 801],
    ['hand', 1000, 2000],
    ['hand', 2500, 4000],
  ]);

  // A replay repeats it, under the same name.
  const text = JSON.stringify(happened);
  const parsed = parseSchedule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const again = new Scene(4000, 3);
  const offered: Hand[] = [];
  const replayed = await again.clock.run(
    runSchedule({ ...again.setting, schedule: parsed.schedule, onHand: (hand) => offered.push(hand) }),
  );
  expect(replayed.map(({ lane, effect }) => [lane, effect.fault])).toEqual([
    [0, 'crash'],
    ['hand', 'pause'],
    ['hand', 'partition'],
  ]);
  expect(again.transcript().filter((line) => line.includes('nemesis-hand'))).toHaveLength(8);
  expect(offered).toEqual([]);
  again.expectHealed();
});

test('one that is healed while it still looks for a leader is never on', async () => {
  const scene = new Scene(6000, 3);
  scene.host.leader = undefined;
  const leader = cut(always, { shape: 'isolate-leader' });
  await withHand(scene, [
    [1000, (hand) => hand.start(leader)],
    [1500, (hand) => hand.heal()],
    [1600, () => (scene.host.leader = 'n1')],
  ]);
  expect(scene.records.filter(({ process }) => process === 'nemesis-hand')).toMatchObject([
    { type: 'invoke', f: 'partition.start' },
    { type: 'ok', f: 'partition.start', value: { skipped: 'it was healed before it was on' } },
  ]);
  scene.expectHealed();
});

test('a hand that heals nothing changes nothing', async () => {
  const scene = new Scene(2000, 3);
  await withHand(scene, [[1000, (hand) => hand.heal()]]);
  expect(scene.transcript().some((line) => line.includes('nemesis-hand'))).toBe(false);
  scene.expectHealed();
});

test('whoever follows the links hears which are broken, from first to last', async () => {
  const scene = new Scene(3000, 3);
  const told: (readonly BrokenLink[])[] = [];
  const entries = [
    cut(clockTiming(9999, 1000, 1000), { target: { node: 'n1' }, direction: 'out' }),
    {
      fault: 'delay',
      links: 'nodes',
      delay: 5,
      jitter: 0,
      timing: clockTiming(9999, 1000, 1500),
    } as const,
  ];
  await scene.clock.run(
    runNemesis({ ...scene.setting, entries, seed: 1, onLinks: (links) => told.push(links) }),
  );
  const texts = told.map((links) =>
    links.map(({ link, cut, shape }) => `${linkText(link)}${cut ? ` ${cut}` : ''}${shape ? ' slow' : ''}`),
  );
  const slow = ['n2→n1', 'n2→n3', 'n3→n1', 'n3→n2'].map((link) => `${link} slow`);
  expect(texts.map((links) => [...links].sort())).toEqual([
    ['n1→n2 stall', 'n1→n3 stall'],
    ['n1→n2 stall slow', 'n1→n3 stall slow', ...slow],
    ['n1→n2 slow', 'n1→n3 slow', ...slow],
    [],
  ]);
});
