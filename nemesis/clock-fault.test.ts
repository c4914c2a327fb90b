import { describe, expect, test } from 'vitest';
import type { NemesisEntry } from './entry.ts';
import { clockTiming, crashOf, field, fixed, Scene } from './testing/scene.ts';

const timing = clockTiming(9999, 1000, 1000);
const bump = (ms: number, more: object = {}): NemesisEntry => ({
  fault: 'clock',
  target: { node: 'n1' },
  mode: 'bump',
  offset: fixed(ms),
  timing,
  ...more,
});
const drift: NemesisEntry = {
  fault: 'clock',
  target: { node: 'n1' },
  mode: 'drift',
  drift: fixed(-0.1),
  timing,
};
const stopOf = (scene: Scene, index = 0) => scene.of('ok', 'clock.stop')[index]!.value;

test('a bump is seen, and is over', async () => {
  const scene = new Scene(3000, 3);
  await scene.run([bump(-250)]);
  expect(scene.transcript().slice(0, 4)).toEqual([
    '1000 nemesis-0 invoke clock.start {"target":"n1","mode":"bump","offset":-250,"for":1000}',
    '1001 nemesis-0 ok clock.start {"about":"bump n1 −250 ms","targets":["n1"]}',
    '2001 nemesis-0 invoke clock.stop',
    '2002 nemesis-0 ok clock.stop {"observed":true,"evidence":{"skewed":{"n1":-250},"after":{"n1":0}}}',
  ]);
  scene.expectHealed();
});

test('a drift is what it has come to at its end', async () => {
  const scene = new Scene(3000);
  await scene.run([drift]);
  expect(field(scene.of('ok', 'clock.start')[0]!.value, 'about')).toBe('drift n1 −10 %');
  expect(stopOf(scene)).toEqual({ observed: true, evidence: { skewed: { n1: -100 }, after: { n1: 0 } } });
  scene.expectHealed();
});

test('a strobe jumps to and fro, and is seen ahead in the end', async () => {
  const scene = new Scene(3000);
  await scene.run([
    { fault: 'clock', target: { node: 'n1' }, mode: 'strobe', offset: fixed(40), period: 300, timing },
  ]);
  expect(scene.host.log).toEqual([
    '1001 skew n1 {"offset":40,"rate":1}',
    '1302 skew n1 null',
    '1603 skew n1 {"offset":40,"rate":1}',
    '1904 skew n1 null',
    '2002 skew n1 {"offset":40,"rate":1}',
    '2003 skew n1 null',
  ]);
  expect(stopOf(scene)).toMatchObject({ observed: true, evidence: { skewed: { n1: 40 }, jumps: 6 } });
  scene.expectHealed();
});

test('lanes add up, and the end of one leaves what another has gained', async () => {
  const scene = new Scene(4000);
  await scene.run([
    { ...drift, timing: clockTiming(9999, 2000, 1000) },
    bump(1000, { timing: clockTiming(9999, 500, 1500) }),
  ]);
  const [ahead, drifted] = [stopOf(scene, 0), stopOf(scene, 1)];
  expect(ahead).toMatchObject({ observed: true });
  expect(drifted).toMatchObject({ observed: true });
  // A tenth of the 1000 ms since the drift began, and that again is what remains of both.
  const at = (value: typeof ahead, when: string) =>
    Number(field(field(field(value, 'evidence'), when), 'n1'));
  expect(Math.abs(at(ahead, 'skewed') - 900)).toBeLessThan(1);
  expect(Math.abs(at(ahead, 'after') + 100)).toBeLessThan(1);
  expect(Math.abs(at(drifted, 'skewed') + 200)).toBeLessThan(1);
  scene.expectHealed();
});

test('spans are drawn for each node, and never come to nothing', async () => {
  const scene = new Scene(1000 * 60);
  const happened = await scene.run([
    bump(0, { target: 'all', offset: { min: -1, max: 1 }, timing: clockTiming(100, 10) }),
  ]);
  const offsets = happened.flatMap(({ effect }) =>
    effect.fault === 'clock' ? Object.values(effect.skews).map(({ offset }) => offset) : [],
  );
  expect(new Set(offsets)).toEqual(new Set([-1, 1]));
});

describe('a clock that is not as it should be is found out', () => {
  test('it stays right', async () => {
    const scene = new Scene(3000);
    scene.host.incorruptible = true;
    await scene.run([bump(500), { ...drift, target: { node: 'n2' } }]);
    expect(stopOf(scene, 0)).toMatchObject({ observed: false, evidence: { skewed: { n1: 0 } } });
    expect(stopOf(scene, 1)).toMatchObject({ observed: false, evidence: { skewed: { n2: 0 } } });
  });

  test('it stays wrong', async () => {
    const scene = new Scene(3000);
    scene.host.failing.set('skew n1', 0);
    const end = scene.clock.sleep(1500).then(() => scene.host.failing.set('skew', 1));
    await scene.run([bump(500)]);
    await end;
    expect(scene.of('info', 'clock.stop')[0]).toMatchObject({ error: 'skew refused' });
    scene.expectHealed(); // made up for in the end
  });

  test('it can’t be read', async () => {
    const scene = new Scene(3000);
    scene.host.failing.set('clock-error', 9);
    await scene.run([bump(500)]);
    expect(stopOf(scene)).toMatchObject({ observed: false, evidence: { error: 'clock-error refused' } });
    scene.expectHealed();
  });

  test('a node that is down all the while shows nothing', async () => {
    const scene = new Scene(4000);
    await scene.run([bump(500), crashOf('n1', clockTiming(9999, 2000, 500))]);
    expect(stopOf(scene)).toMatchObject({ observed: false, idle: true, evidence: { skewed: { n1: null } } });
    scene.expectHealed();
  });
});
