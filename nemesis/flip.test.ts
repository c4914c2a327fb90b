import { expect, test } from 'vitest';
import { parseSchedule } from './recorded.ts';
import { clockTiming, crashOf, diskOf, field, flipOf, Scene } from './testing/scene.ts';

const timing = clockTiming(9999, 500, 1000);

test('a bit is flipped while the node is down; the node that notices stays down, and all is healed', async () => {
  const scene = new Scene(3000, 3);
  await scene.run([flipOf({ node: 'n2' }, timing)]);
  expect(scene.host.log).toEqual(['1001 crash n2', '1002 flip n2']);
  expect(scene.host.state('n2')).toBe('halted');
  const { where } = (scene.host, await happenedOf(scene));
  expect(scene.transcript().slice(0, 4)).toEqual([
    '1000 nemesis-0 invoke flip.start {"target":"n2","for":500}',
    '1002 nemesis-0 ok flip.start {"about":"n2","targets":["n2"],"mayHalt":["n2"]}',
    '1502 nemesis-0 invoke flip.stop',
    `1503 nemesis-0 ok flip.stop {"observed":true,"evidence":{"places":{"n2":{"file":"log","offset":${Math.floor(where * 1000)}}},"after":{"n2":"halted"}}}`,
  ]);
  scene.expectHealed();
});

/** The flip of the same seed, in a run of its own. */
async function happenedOf(like: Scene): Promise<{ where: number }> {
  const happened = await new Scene(like.time, like.host.nodes.length).run([flipOf({ node: 'n2' }, timing)]);
  const { effect } = happened[0]!;
  if (effect.fault !== 'flip') throw new Error('no flip');
  return effect;
}

test('one that does not mind serves on', async () => {
  const scene = new Scene(3000);
  scene.host.careless = true;
  await scene.run([flipOf({ node: 'n2' }, timing)]);
  expect(scene.of('ok', 'flip.stop')[0]!.value).toMatchObject({
    observed: true,
    evidence: { after: { n2: 'up' } },
  });
  scene.expectHealed();
});

test('over a run, and over all lanes, no more nodes than a minority', async () => {
  const scene = new Scene(20_000, 5);
  await scene.run([
    flipOf('one', clockTiming(900, 100)),
    flipOf('minority', clockTiming(900, 100)),
    flipOf('all', clockTiming(900, 100)),
  ]);
  const flipped = new Set(
    scene.host.log.filter((line) => line.includes('flip')).map((line) => line.split(' ')[2]),
  );
  expect(flipped.size).toBe(2);
  const skipped = scene.of('ok', 'flip.start').map(({ value }) => field(value, 'skipped'));
  expect(
    skipped.some((why) =>
      /^a bit of n\d, n\d was flipped before; with n\d.* more than a minority$/.test(String(why)),
    ),
  ).toBe(true);
  scene.expectHealed();
});

test('of two nodes none can be lost', async () => {
  const scene = new Scene(3000, 2);
  await scene.run([flipOf('one', timing)]);
  expect(scene.of('ok', 'flip.start')[0]!.value).toEqual({ skipped: 'no minority of 2 nodes' });
});

test('a disk with nothing on it shows nothing, and costs no node', async () => {
  const scene = new Scene(3000);
  scene.host.empty.add('n2');
  await scene.run([flipOf({ node: 'n2' }, timing)]);
  expect(scene.of('ok', 'flip.start')[0]!.value).toMatchObject({ mayHalt: [] });
  expect(scene.of('ok', 'flip.stop')[0]!.value).toEqual({
    observed: false,
    idle: true,
    evidence: { places: { n2: null }, after: { n2: 'up' } },
  });
  scene.expectHealed();
});

test('a lost node stays down whatever else is done to it', async () => {
  const scene = new Scene(8000);
  await scene.run([
    flipOf({ node: 'n2' }, timing),
    crashOf('n2', clockTiming(9999, 1500, 500)),
    diskOf('n2', 'fail', clockTiming(9999, 3000, 900)),
    crashOf('n2', clockTiming(9999, 500, 6000)),
  ]);
  expect(scene.host.state('n2')).toBe('halted');
  expect(scene.records.filter(({ type }) => type === 'info')).toEqual([]);
  expect(scene.of('ok', 'crash.start').at(-1)!.value).toEqual({ skipped: 'n2 is halted' });
  scene.expectHealed();
});

test('a flip that fails half-way is undone but for what was flipped', async () => {
  const scene = new Scene(3000);
  scene.host.failing.set('flip n2', 1).set('flip n1', 1);
  await scene.run([flipOf('minority', timing)], 3);
  if (scene.of('info', 'flip.start').length === 0) expect(scene.host.log.join()).not.toMatch(/flip n[12]/);
  else expect(scene.of('info', 'flip.start')[0]!.error).toBe('flip refused');
  scene.expectHealed();
});

test('a replay flips the same bits', async () => {
  const scene = new Scene(3000);
  const happened = await scene.run([flipOf('minority', timing)], 5);
  const parsed = parseSchedule(JSON.stringify(happened));
  if ('problem' in parsed) throw new Error(parsed.problem);
  const again = new Scene(3000);
  await again.replay(parsed.schedule);
  const places = (of: Scene) => field(field(of.of('ok', 'flip.stop')[0]!.value, 'evidence'), 'places');
  expect(places(again)).toEqual(places(scene));
  expect(Object.keys(places(scene) as object)).toHaveLength(2);
});
