import { expect, test } from 'vitest';
import { Holds, type Release } from './holds.ts';
import type { Link } from './host.ts';
import { MemoryHost } from './testing/memory-host.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

interface Scene {
  readonly clock: VirtualClock;
  readonly host: MemoryHost;
  readonly holds: Holds;
}

function scene(): Scene {
  const clock = new VirtualClock();
  const host = new MemoryHost(clock, 3);
  return { clock, host, holds: new Holds(host, clock) };
}

function within(run: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () => {
    const made = scene();
    return made.clock.run(run(made));
  };
}

const link = (text: string): Link => {
  const [from, to] = text.split('→');
  return { from: from!, to: to! };
};
const links = (text: string): Link[] => text.split(' ').map(link);

test(
  'a link is healed when the last lane that cuts it lets go',
  within(async ({ host, holds }) => {
    const first = await holds.cut(links('n1→n2 n2→n1'), 'stall');
    const second = await holds.cut(links('n1→n2 n1→n3'), 'stall');
    await first();
    expect(host.broken()).toEqual(['n1→n2 stall', 'n1→n3 stall']);
    await second();
    expect(host.broken()).toEqual([]);
    expect(host.log).toEqual([
      '1 cut n1→n2 n2→n1 stall',
      '2 cut n1→n3 stall',
      '3 heal n2→n1',
      '4 heal n1→n2 n1→n3',
    ]);
  }),
);

test(
  'the mode is that of the lane that cut first, then that of the next, without a gap',
  within(async ({ host, holds }) => {
    const first = await holds.cut(links('n1→n2'), 'stall');
    const second = await holds.cut(links('n1→n2'), 'reset');
    expect(host.broken()).toEqual(['n1→n2 stall']);
    await first();
    expect(host.broken()).toEqual(['n1→n2 reset']);
    expect(host.log.filter((line) => line.includes('heal'))).toEqual([]);
    await second();
    expect(host.broken()).toEqual([]);
  }),
);

test(
  'delays add up, and come apart again',
  within(async ({ host, holds }) => {
    const first = await holds.shape(links('n1→n2 n1→n3'), { delay: 10, jitter: 0 });
    const second = await holds.shape(links('n1→n2'), { delay: 5, jitter: 3 });
    expect(host.broken()).toEqual(['n1→n2 +15', 'n1→n3 +10']);
    await first();
    expect(host.broken()).toEqual(['n1→n2 +5']);
    await second();
    expect(host.broken()).toEqual([]);
  }),
);

test.each<{ name: string; steps: string; states: string }>([
  { name: 'pause twice', steps: '+P +p -P -p', states: 'paused paused paused up' },
  { name: 'crash twice', steps: '+C +c -C -c', states: 'down down down up' },
  { name: 'crash of a paused node, crash ends first', steps: '+P +C -C -P', states: 'paused down paused up' },
  { name: 'crash of a paused node, pause ends first', steps: '+P +C -P -C', states: 'paused down down up' },
  { name: 'pause of a crashed node, crash ends first', steps: '+C +P -C -P', states: 'down down paused up' },
  { name: 'pause of a crashed node, pause ends first', steps: '+C +P -P -C', states: 'down down down up' },
  { name: 'one after the other', steps: '+P -P +C -C', states: 'paused up down up' },
])('$name: $states', ({ steps, states }) =>
  within(async ({ host, holds }) => {
    const held = new Map<string, Release>();
    const seen: string[] = [];
    for (const step of steps.split(' ')) {
      const lane = step[1]!;
      if (step[0] === '+')
        held.set(lane, await holds.keep(['n1'], lane.toLowerCase() === 'p' ? 'paused' : 'down'));
      else await held.get(lane)!();
      seen.push(host.state('n1'));
    }
    expect(seen.join(' ')).toBe(states);
    expect(host.broken()).toEqual([]);
  })(),
);

test(
  'lanes that act at the same moment do not cross',
  within(async ({ host, holds }) => {
    const [pause, crash] = await Promise.all([
      holds.keep(['n1', 'n2'], 'paused'),
      holds.keep(['n1'], 'down'),
    ]);
    expect(host.broken()).toEqual(['n1 down', 'n2 paused']);
    await Promise.all([pause(), crash(), holds.cut(links('n1→n2'), 'stall').then((release) => release())]);
    expect(host.broken()).toEqual([]);
  }),
);

test(
  'what failed half-way is undone, and nothing of it is held',
  within(async ({ host, holds }) => {
    host.failing.set('crash n2', 1);
    await expect(holds.keep(['n1', 'n2'], 'down')).rejects.toThrow('crash refused');
    expect(host.broken()).toEqual([]);
    expect(holds.wanted('n1')).toBe('up');
    host.failing.set('cut', 1);
    await expect(holds.cut(links('n1→n2'), 'stall')).rejects.toThrow('cut refused');
    expect(host.log.at(-1)).toContain('heal n1→n2');
    host.failing.set('cut', 1).set('heal', 1);
    await expect(holds.cut(links('n1→n2'), 'stall')).rejects.toThrow(
      'cut refused; undoing it failed too: heal refused',
    );
    expect(await holds.releaseAll()).toEqual([]);
    expect(host.broken()).toEqual([]);
  }),
);

test(
  'what could not be undone is remembered, and undone in the end',
  within(async ({ host, holds }) => {
    const crash = await holds.keep(['n1'], 'down');
    const cut = await holds.cut(links('n2→n3'), 'stall');
    await holds.shape(links('n2→n3'), { delay: 1, jitter: 0 });
    host.failing.set('restart', 1).set('heal', 1);
    await expect(crash()).rejects.toThrow('restart refused');
    await expect(cut()).rejects.toThrow('heal refused');
    expect(host.broken()).not.toEqual([]);
    expect(await holds.releaseAll()).toEqual([]);
    expect(host.broken()).toEqual([]);
  }),
);

test(
  'releasing all tries again, then says what is left',
  within(async ({ host, holds }) => {
    await holds.keep(['n1'], 'paused');
    await holds.cut(links('n2→n3'), 'stall');
    host.failing.set('resume n1', 2).set('heal', 100);
    expect(await holds.releaseAll()).toEqual(['heal refused']);
    expect(host.broken()).toEqual(['n2→n3 stall']);
  }),
);

test(
  'a node that ended by itself is neither crashed nor restarted',
  within(async ({ host, holds }) => {
    host.halt('n1');
    await expect(holds.keep(['n1', 'n2'], 'down')).rejects.toThrow('n1 has ended by itself (halted)');
    const release = await holds.keep(['n2'], 'paused');
    host.halt('n2');
    await release();
    expect(await holds.releaseAll()).toEqual([]);
    expect(host.broken()).toEqual(['n1 halted', 'n2 halted']);
  }),
);
