import { describe, expect, test } from 'vitest';
import type { NemesisEntry } from './entry.ts';
import { runNemesis, type NemesisRecord } from './nemesis.ts';
import { parseSchedule } from './recorded.ts';
import { clockTiming, crashOf, cut, field, fixed, halves, pauseOf, Scene } from './testing/scene.ts';

test('a run as the history tells it', async () => {
  const scene = new Scene(4000, 3);
  const happened = await scene.run([
    cut(clockTiming(1000, 500, 1000), { target: 'leader', direction: 'out' }),
    pauseOf('n2', clockTiming(9999, 1000, 1200)),
    crashOf('n2', clockTiming(9999, 1000, 1700)),
  ]);
  expect(`\n${scene.transcript().slice(0, 13).join('\n')}\n`).toBe(`
1000 nemesis-0 invoke partition.start {"shape":"one","direction":"out","mode":"stall","target":"leader","for":500}
1001 nemesis-0 ok partition.start {"about":"n1 ↛ n2 n3","targets":["n1"],"links":["n1→n2","n1→n3"]}
1200 nemesis-1 invoke pause.start {"target":"n2","for":1000}
1201 nemesis-1 ok pause.start {"about":"n2","targets":["n2"]}
1501 nemesis-0 invoke partition.stop
1502 nemesis-0 ok partition.stop {"observed":true,"evidence":{"links":2,"carried":2002,"idle":0,"offered":1000,"delivered":0}}
1700 nemesis-2 invoke crash.start {"target":"n2","for":1000}
1701 nemesis-2 ok crash.start {"about":"n2","targets":["n2"]}
2000 nemesis-0 invoke partition.start {"shape":"one","direction":"out","mode":"stall","target":"leader","for":500}
2001 nemesis-0 ok partition.start {"about":"n1 ↛ n2 n3","targets":["n1"],"links":["n1→n2","n1→n3"]}
2201 nemesis-1 invoke pause.stop
2201 nemesis-1 ok pause.stop {"observed":true,"evidence":{"states":{"n2":"paused"},"asked":1,"answered":[]}}
2501 nemesis-0 invoke partition.stop
`);
  scene.expectHealed();
  expect(happened.map(({ lane, at }) => [lane, at])).toEqual([
    [0, 1000],
    [1, 1200],
    [2, 1700],
    [0, 2000],
    [0, 3000],
  ]);
});

test('two partitions overlap: each link is healed when neither cuts it', async () => {
  const scene = new Scene(5000);
  const watched = (async () => {
    const seen: string[][] = [];
    for (const at of [1500, 2500, 3500]) {
      await scene.clock.sleepUntil(at, scene.abort.signal);
      seen.push(scene.host.cuts());
    }
    return seen;
  })();
  await scene.run([
    cut(clockTiming(9999, 2000, 1000), { target: { node: 'n1' } }),
    cut(clockTiming(9999, 2000, 2000), { target: { node: 'n2' } }),
  ]);
  const [first, both, second] = await watched;
  expect(first!.length).toBe(8);
  expect(both!.length).toBe(14); // n1–n2 is in both
  expect(second!.length).toBe(8);
  expect(second!.every((link) => link.includes('n2'))).toBe(true);
  expect(second).toContain('n1→n2');
  scene.expectHealed();
});

test('a delay is on during the whole run, and over at its end', async () => {
  const scene = new Scene(3000);
  await scene.run([{ fault: 'delay', links: 'clients', delay: 5, jitter: 5, timing: { kind: 'always' } }]);
  expect(scene.of('ok', 'delay.start')[0]).toMatchObject({
    at: 1,
    value: { about: 'links of clients +5–10 ms' },
  });
  expect(scene.of('invoke', 'delay.stop')[0]!.at).toBe(3000);
  expect(scene.of('ok', 'delay.stop')[0]).toMatchObject({
    value: { observed: true, evidence: { links: 10 } },
  });
  scene.expectHealed();
});

test('a crash for no time at all restarts at once', async () => {
  const scene = new Scene(2000);
  await scene.run([crashOf('n3', clockTiming(1000, 0, 1000))]);
  expect(scene.host.log).toEqual(['1001 crash n3', '1002 restart n3']);
  expect(scene.of('ok', 'crash.stop')[0]!.value).toEqual({
    observed: true,
    evidence: { killed: { n3: 'down' }, after: { n3: 'up' } },
  });
  scene.expectHealed();
});

test('many lanes are no leak of listeners', async () => {
  const warnings: string[] = [];
  const hear = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', hear);
  const scene = new Scene(2000);
  const marked: NemesisEntry = {
    ...cut(clockTiming(0, 0)),
    timing: { kind: 'mark', mark: 'm', every: fixed(0), for: fixed(1) },
  };
  await scene.run(
    Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0 ? marked : pauseOf('n1', clockTiming(100, 10)),
    ),
  );
  process.off('warning', hear);
  expect(warnings).toEqual([]);
  scene.expectHealed();
});

describe('a fault that waits for a mark', () => {
  const onMark: NemesisEntry = {
    fault: 'crash',
    target: 'trigger',
    timing: { kind: 'mark', mark: 'voted', every: fixed(1000), for: fixed(200) },
  };

  test('hits the node that reached it, then is deaf for a while', async () => {
    const scene = new Scene(6000);
    for (const [at, node] of [
      [500, 'n4'],
      [1000, 'n1'], // deaf
      [2000, 'n2'],
    ] as const) {
      void scene.clock.sleep(at).then(() => scene.host.mark('voted', node));
    }
    await scene.run([onMark]);
    expect(scene.host.log).toEqual(['501 crash n4', '702 restart n4', '2001 crash n2', '2202 restart n2']);
    expect(field(scene.of('invoke', 'crash.start')[0]!.value, 'trigger')).toBe('n4');
    scene.expectHealed();
  });

  test('says so when nobody ever does', async () => {
    const scene = new Scene(3000);
    await scene.run([onMark]);
    expect(scene.of('ok', 'crash.start')[0]).toMatchObject({
      at: 3000,
      value: { skipped: 'no node reached voted' },
    });
    expect(scene.of('invoke', 'crash.stop')).toEqual([]);
    scene.expectHealed();
  });
});

test('what can’t be aimed is skipped, and says why', async () => {
  const scene = new Scene(6000, 3);
  scene.host.leader = undefined;
  scene.host.halt('n3');
  await scene.run([
    cut(clockTiming(9999, 100, 500), { shape: 'isolate-leader' }),
    pauseOf('n3', clockTiming(9999, 100, 500)),
    cut(clockTiming(9999, 100, 500), { shape: 'minority-third' }),
  ]);
  const skipped = [...scene.of('ok', 'partition.start'), ...scene.of('ok', 'pause.start')].map(({ value }) =>
    field(value, 'skipped'),
  );
  expect(skipped.sort()).toEqual(['n3 is halted', 'no minority-third of 3 nodes', 'no node leads']);
  expect(scene.records.filter(({ f }) => f.endsWith('.stop'))).toEqual([]);
});

describe('a fault that did not take effect is found out', () => {
  test('bytes cross a cut link', async () => {
    const scene = new Scene(3000);
    scene.host.leaky = true;
    await scene.run([cut(clockTiming(9999, 1000, 1000), { shape: 'link' })]);
    const { value } = scene.of('ok', 'partition.stop')[0]!;
    expect(value).toMatchObject({ observed: false, evidence: { links: 1, offered: 1000, delivered: 1000 } });
    scene.expectHealed();
  });

  test('a paused node answers', async () => {
    const scene = new Scene(3000);
    scene.host.undead = true;
    await scene.run([pauseOf('n1', clockTiming(9999, 1000, 1000))]);
    expect(scene.of('ok', 'pause.stop')[0]!.value).toMatchObject({
      observed: false,
      evidence: { answered: ['n1'] },
    });
    scene.expectHealed();
  });

  test('counters can’t be read', async () => {
    const scene = new Scene(3000);
    scene.host.failing.set('counters ', 99);
    await scene.run([halves(clockTiming(9999, 1000, 1000))]);
    expect(scene.of('ok', 'partition.stop')[0]!.value).toEqual({
      observed: false,
      evidence: { error: 'counters refused' },
    });
    scene.expectHealed();
  });
});

describe('a host that fails', () => {
  test('a start that fails is recorded, undone and tried again next time', async () => {
    const scene = new Scene(6000);
    scene.host.failing.set('crash n2', 1);
    await scene.run([{ fault: 'crash', target: 'all', timing: clockTiming(2000, 500) }]);
    expect(scene.of('info', 'crash.start')).toMatchObject([{ at: 2002, error: 'crash refused' }]);
    expect(scene.of('ok', 'crash.start').length).toBe(1);
    expect(scene.of('ok', 'crash.stop').length).toBe(1);
    scene.expectHealed();
  });

  test('a stop that fails is recorded, and made up for in the end', async () => {
    const scene = new Scene(3000);
    scene.host.failing.set('restart n1', 2);
    await scene.run([crashOf('n1', clockTiming(9999, 500, 1000))]);
    expect(scene.of('info', 'crash.stop')).toMatchObject([
      { error: 'restart refused', value: { observed: false } },
    ]);
    scene.expectHealed();
  });

  test('what can’t be healed at all is reported', async () => {
    const scene = new Scene(3000);
    scene.host.failing.set('heal', 99);
    const happened = await scene.run([
      halves(clockTiming(9999, 500, 1000)),
      pauseOf('n1', clockTiming(9999, 500, 1200)),
    ]);
    expect(scene.records.at(-1)).toMatchObject({
      process: 'nemesis',
      type: 'info',
      f: 'heal',
      value: { settled: false },
      error: 'heal refused',
    });
    expect(scene.host.state('n1')).toBe('up');
    expect(happened.length).toBe(2);
  });

  test('a host that never answers does not keep the run from ending', async () => {
    const scene = new Scene(3000);
    scene.host.hanging.add('restart');
    await scene.run([crashOf('n1', clockTiming(9999, 500, 1000)), halves(clockTiming(9999, 500, 1000))]);
    expect(scene.of('info', 'crash.stop')[0]!.error).toBe('restarting n1 was not done within 30 s');
    expect(scene.records.at(-1)!.error).toBe('restarting n1 was not done within 30 s');
    expect(scene.host.cuts()).toEqual([]);
    expect(scene.clock.now()).toBeLessThan(200_000);
  });

  test('a history that can’t be written ends the run, healed', async () => {
    const scene = new Scene(30_000);
    const full = (entry: NemesisRecord): void => {
      if (entry.f === 'pause.stop') throw new Error('disk full');
    };
    const run = runNemesis({
      ...scene.setting,
      record: full,
      seed: 1,
      entries: [pauseOf('n1', clockTiming(9999, 500, 1000)), halves(clockTiming(9999, 20_000, 1000))],
    });
    await expect(scene.clock.run(run)).rejects.toThrow('disk full');
    expect(scene.host.broken()).toEqual([]);
    expect(scene.clock.now()).toBeLessThan(2000);
  });
});

test('the same seed, the same faults; another seed, others', async () => {
  const all = [
    halves({ kind: 'clock', every: { min: 100, max: 900 }, for: fixed(50), after: undefined }),
    { fault: 'crash', target: 'minority', timing: clockTiming(1000, 100) } as const,
  ];
  const run = async (seed: number): Promise<string[]> => {
    const scene = new Scene();
    await scene.run(all, seed);
    return scene.transcript();
  };
  expect(await run(7)).toEqual(await run(7));
  expect(await run(7)).not.toEqual(await run(8));
});

test('changing one entry leaves the faults of the others as they were', async () => {
  const laneZero = async (other: NemesisEntry): Promise<unknown> => {
    const happened = await new Scene().run([
      halves({ kind: 'clock', every: { min: 500, max: 900 }, for: fixed(100), after: undefined }),
      other,
    ]);
    return happened.filter(({ lane }) => lane === 0).map(({ effect }) => effect);
  };
  const delays: NemesisEntry = {
    fault: 'delay',
    links: 'all',
    delay: 1,
    jitter: 0,
    timing: clockTiming(700, 300),
  };
  expect(await laneZero(delays)).toEqual(await laneZero(cut(clockTiming(333, 100), { shape: 'bridge' })));
});

test.each([
  ['not json', '{', /^no JSON: /],
  ['no list', '{}', /expected array/],
  ['an unknown fault', '[{"lane":0,"at":1,"until":2,"effect":{"fault":"meteor"}}]', /^at 0\.effect/],
  [
    'no nodes',
    '[{"lane":0,"at":1,"until":2,"effect":{"fault":"crash","about":"","nodes":[]}}]',
    /^at 0\.effect\.nodes/,
  ],
])('a schedule that is none (%s) says where', (_, text, problem) => {
  expect(parseSchedule(text)).toEqual({ problem: expect.stringMatching(problem) as string });
});

test('a schedule that names nodes this run does not have fails as recorded', async () => {
  const scene = new Scene(1000);
  const effect = { fault: 'crash', about: 'n9', nodes: ['n9'] } as const;
  await scene.replay([{ lane: 3, at: 10, until: 20, effect }]);
  expect(scene.records.filter(({ type }) => type === 'info')).toMatchObject([
    { process: 'nemesis-3', f: 'crash.start' },
  ]);
});
