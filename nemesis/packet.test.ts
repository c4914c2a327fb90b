import { expect, test } from 'vitest';
import type { NemesisEntry } from './entry.ts';
import { clockTiming, Scene } from './testing/scene.ts';

const losing = (more: object = {}): NemesisEntry => ({
  fault: 'packet',
  links: 'nodes',
  loss: 0.05,
  duplicate: 0,
  reorder: 0.1,
  timing: clockTiming(9999, 1000, 1000),
  ...more,
});

test('messages are hit while it is on, and no longer', async () => {
  const scene = new Scene(3000, 3);
  await scene.run([losing()]);
  expect(scene.transcript().slice(0, 4)).toEqual([
    '1000 nemesis-0 invoke packet.start {"links":"nodes","loss":0.05,"duplicate":0,"reorder":0.1,"for":1000}',
    '1001 nemesis-0 ok packet.start {"about":"links of nodes: loss 5 %, reorder 10 %","targets":[]}',
    '2001 nemesis-0 invoke packet.stop',
    // Six links of a byte a millisecond each.
    '2002 nemesis-0 ok packet.stop {"observed":true,"evidence":{"links":6,"offered":6000,"mangled":6000}}',
  ]);
  scene.expectHealed();
});

test('delays and losses of several lanes are on the same links', async () => {
  const scene = new Scene(4000, 2);
  await scene.run([
    losing({ loss: 0.5, reorder: 0, timing: clockTiming(9999, 2000, 1000) }),
    losing({ loss: 0.5, reorder: 0, timing: clockTiming(9999, 2000, 1500) }),
    { fault: 'delay', links: 'nodes', delay: 7, jitter: 0, timing: clockTiming(9999, 1000, 1600) },
  ]);
  expect(scene.host.log.filter((line) => line.includes('shape'))).toEqual([
    '1001 shape 2 {"delay":0,"jitter":0,"loss":0.5}',
    '1501 shape 2 {"delay":0,"jitter":0,"loss":0.75}',
    '1601 shape 2 {"delay":7,"jitter":0,"loss":0.75}',
    '2602 shape 2 {"delay":0,"jitter":0,"loss":0.75}',
    '3002 shape 2 {"delay":0,"jitter":0,"loss":0.5}',
    '3502 shape 2 null',
  ]);
  scene.expectHealed();
});

test('where no message was hit it shows nothing', async () => {
  const scene = new Scene(3000);
  scene.host.incorruptible = true;
  await scene.run([losing()]);
  expect(scene.of('ok', 'packet.stop')[0]!.value).toMatchObject({
    observed: false,
    idle: true,
    evidence: { mangled: 0 },
  });
});

test('where nobody counts it was not observed', async () => {
  const scene = new Scene(3000);
  scene.host.failing.set('counters', 9);
  await scene.run([losing()]);
  expect(scene.of('ok', 'packet.stop')[0]!.value).toEqual({
    observed: false,
    evidence: { error: 'counters refused' },
  });
  scene.expectHealed();
});
