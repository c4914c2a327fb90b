import { describe, expect, test } from 'vitest';
import { clockTiming, crashOf, diskOf, pauseOf, Scene } from './testing/scene.ts';

const timing = clockTiming(9999, 1000, 1000);
const stopOf = (scene: Scene) => scene.of('ok', 'disk.stop')[0]!.value;

test('a slow disk is seen by its counters', async () => {
  const scene = new Scene(3000, 3);
  await scene.run([diskOf('n1', 'slow', timing)]);
  expect(scene.transcript().slice(0, 4)).toEqual([
    '1000 nemesis-0 invoke disk.start {"target":"n1","trouble":"slow","delay":50,"for":1000}',
    '1001 nemesis-0 ok disk.start {"about":"slow +50 ms n1","targets":["n1"]}',
    '2001 nemesis-0 invoke disk.stop',
    '2002 nemesis-0 ok disk.stop {"observed":true,"evidence":{"disks":{"n1":{"syncs":1001,"slowed":1001,"failed":0}},"during":{"n1":"up"},"after":{"n1":"up"}}}',
  ]);
  scene.expectHealed();
});

test('a node that halts on its failing disk is started again on the one that is well', async () => {
  const scene = new Scene(3000, 3);
  const seen = scene.clock.sleep(1500).then(() => scene.host.state('n1'));
  await scene.run([diskOf('n1', 'fail', timing)]);
  expect(await seen).toBe('halted');
  expect(scene.host.log).toEqual(['1001 trouble n1 fail', '2002 trouble n1 none', '2003 restart n1']);
  expect(scene.of('ok', 'disk.start')[0]!.value).toMatchObject({ targets: ['n1'], mayHalt: ['n1'] });
  // It asked once, before anyone could look at its counters.
  expect(stopOf(scene)).toEqual({
    observed: true,
    evidence: {
      disks: { n1: { syncs: 1, slowed: 0, failed: 1 } },
      during: { n1: 'halted' },
      after: { n1: 'up' },
    },
  });
  scene.expectHealed();
});

test('one that goes on all the same is left alone', async () => {
  const scene = new Scene(3000, 3);
  scene.host.careless = true;
  await scene.run([diskOf('n1', 'full', timing)]);
  expect(scene.host.log).toEqual(['1001 trouble n1 full', '2002 trouble n1 none']);
  expect(stopOf(scene)).toMatchObject({
    observed: true,
    evidence: { disks: { n1: { failed: 1001 } }, during: { n1: 'up' } },
  });
  scene.expectHealed();
});

test('where nobody asked anything of the disk it shows nothing', async () => {
  const scene = new Scene(3000);
  scene.host.quiet = true;
  await scene.run([diskOf('n1', 'slow', timing)]);
  expect(stopOf(scene)).toMatchObject({ observed: false, idle: true });
  scene.expectHealed();
});

test('a disk that stays well is found out', async () => {
  const scene = new Scene(3000);
  scene.host.incorruptible = true;
  await scene.run([diskOf('n1', 'fail', timing)]);
  expect(stopOf(scene)).toMatchObject({ observed: false, evidence: { disks: { n1: { failed: 0 } } } });
  expect(stopOf(scene)).not.toHaveProperty('idle');
});

describe('together with other lanes', () => {
  test('slow and failing at once: it fails, and that takes nothing from either', async () => {
    const scene = new Scene(5000);
    scene.host.careless = true;
    await scene.run([
      diskOf('n1', 'fail', clockTiming(9999, 3000, 500)),
      diskOf('n1', 'slow', clockTiming(9999, 1000, 1000)),
    ]);
    expect(scene.of('ok', 'disk.stop').map(({ value }) => value)).toMatchObject([
      { observed: false, idle: true, evidence: { disks: { n1: { slowed: 0 } } } },
      { observed: true },
    ]);
    scene.expectHealed();
  });

  test('a crash while the disk fails, ended before: halted again at its start, and up when all is well', async () => {
    const scene = new Scene(5000);
    scene.host.quiet = true; // so that it is up when it is crashed
    void scene.clock.sleep(1200).then(() => (scene.host.quiet = false));
    await scene.run([
      diskOf('n1', 'fail', clockTiming(9999, 3000, 1000)),
      crashOf('n1', clockTiming(9999, 500, 1100)),
    ]);
    expect(scene.host.log.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'trouble n1 fail',
      'crash n1',
      'restart n1',
      'trouble n1 none',
      'restart n1',
    ]);
    expect(scene.of('ok', 'crash.stop')[0]!.value).toMatchObject({
      observed: true,
      evidence: { after: { n1: 'halted' } },
    });
    scene.expectHealed();
  });

  test('one that has halted is as paused or crashed as can be', async () => {
    const scene = new Scene(5000);
    await scene.run([
      diskOf('n1', 'fail', clockTiming(9999, 1000, 1000)),
      crashOf('n1', clockTiming(9999, 3000, 1000)), // aimed before the disk failed
      pauseOf('n1', clockTiming(9999, 500, 1000)),
    ]);
    expect(scene.records.filter(({ type }) => type === 'info')).toEqual([]);
    scene.expectHealed();
  });

  test('down for a crash when the disk is well again: up only when that is over', async () => {
    const scene = new Scene(5000);
    const seen = scene.clock.sleep(2500).then(() => scene.host.state('n1'));
    await scene.run([
      crashOf('n1', clockTiming(9999, 3000, 500)),
      diskOf('n1', 'full', clockTiming(9999, 1000, 1000)),
    ]);
    expect(await seen).toBe('down');
    scene.expectHealed();
  });
});

test('a node that had ended by itself before is none of ours', async () => {
  const scene = new Scene(3000);
  scene.host.halt('n1');
  await scene.run([{ fault: 'disk', target: 'all', trouble: 'fail', timing }, diskOf('n1', 'slow', timing)]);
  expect(scene.of('ok', 'disk.start').map(({ value }) => value)).toContainEqual({ skipped: 'n1 is halted' });
  expect(scene.host.broken()).toEqual(['n1 halted']);
});

test('what can’t be started again is tried again in the end', async () => {
  const scene = new Scene(3000);
  scene.host.failing.set('restart n1', 2);
  await scene.run([diskOf('n1', 'fail', timing)]);
  expect(scene.of('info', 'disk.stop')).toMatchObject([{ error: 'restart refused' }]);
  scene.expectHealed();
});

test('a disk that can’t be made well keeps its node down, and that is told', async () => {
  const scene = new Scene(3000);
  void scene.clock.sleep(1500).then(() => scene.host.failing.set('trouble', 99));
  await scene.run([diskOf('n1', 'fail', timing)]);
  expect(scene.records.at(-1)).toMatchObject({ f: 'heal', type: 'info', error: 'trouble refused' });
  expect(scene.host.state('n1')).toBe('halted');
});
