import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { Network } from './network.ts';
import type { Serialised } from './serialise.ts';
import { QUIET, type NetworkSettings } from './settings.ts';

const LINK = { from: 'n1', to: 'n2' };
const BACK = { from: 'n2', to: 'n1' };

function rig(settings: Partial<NetworkSettings> = {}, seed = 1) {
  const queue = new EventQueue();
  const network = new Network(queue, { ...QUIET, ...settings }, [LINK, BACK], seed, undefined);
  const arrived: number[] = [];
  const times: number[] = [];
  const link = network.link('n1', 'n2');
  let count = 0;
  const send = (once = false): void => {
    const number = ++count;
    network.send(link, message(10), once, () => {
      arrived.push(number);
      times.push(queue.now);
    });
  };
  return { queue, network, arrived, times, send };
}

const message = (size: number): Serialised => ({ json: null, size });

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('messages of a link arrive in order, each after its latency', () => {
  const { queue, arrived, times, send } = rig({ latency: { min: 1, max: 50 } });
  for (let i = 0; i < 100; i++) send();
  queue.run(1000);
  expect(arrived).toEqual(upTo(100));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...times)).toBeLessThan(50);
});

test('stall holds what would arrive, and the heal delivers it in order, before what is sent then', () => {
  const { queue, network, arrived, send } = rig();
  send();
  network.cut([LINK], 'stall');
  send();
  queue.run(100);
  expect(arrived).toEqual([]);
  expect(network.counters([LINK])).toEqual([{ offered: 20, delivered: 0, mangled: 0 }]);
  network.heal([LINK]);
  send();
  queue.run(100);
  expect(arrived).toEqual([1, 2, 3]);
  expect(network.counters([LINK])).toEqual([{ offered: 30, delivered: 30, mangled: 0 }]);
});

test.each(['discard', 'reset'] as const)('%s loses what would arrive, and only that', (mode) => {
  const { queue, network, arrived, send } = rig();
  network.cut([LINK], mode);
  send();
  queue.run(100);
  network.heal([LINK]);
  send();
  queue.run(100);
  expect(arrived).toEqual([2]);
});

test('what comes to a gate arrives when it is let in, if its link is not cut then', () => {
  const { queue, network, arrived, send } = rig();
  const waiting: (() => void)[] = [];
  network.gate = (link, parcel) => waiting.push(() => network.admit(link, parcel));
  for (let i = 0; i < 3; i++) send();
  queue.run(100);
  expect(arrived).toEqual([]);
  waiting[2]!();
  network.cut([LINK], 'discard');
  waiting[0]!();
  network.heal([LINK]);
  waiting[1]!();
  expect(arrived).toEqual([3, 2]);
});

test('a cut is one-way', () => {
  const { queue, network, arrived, send } = rig();
  network.cut([BACK], 'discard');
  send();
  queue.run(100);
  expect(arrived).toEqual([1]);
});

test('a stalled link holds so many bytes and loses the rest', () => {
  const { queue, network } = rig();
  network.cut([LINK], 'stall');
  const link = network.link('n1', 'n2');
  const arrived: number[] = [];
  for (let i = 0; i < 10; i++) network.send(link, message(16 * 1024 * 1024), false, () => arrived.push(i));
  queue.run(100);
  network.heal([LINK]);
  queue.run(100);
  expect(arrived).toEqual([0, 1, 2, 3]);
});

test('no more messages are under way on a link than its bound', () => {
  const { queue, network } = rig();
  const link = network.link('n1', 'n2');
  let arrived = 0;
  for (let i = 0; i < 100_100; i++) network.send(link, message(1), false, () => arrived++);
  queue.run(100);
  expect(arrived).toBe(100_000);
  network.send(link, message(1), false, () => arrived++);
  queue.run(100);
  expect(arrived).toBe(100_001);
});

test('links are of different lengths, and each keeps its own', () => {
  const longest = Array.from({ length: 20 }, (_, seed) => {
    const { queue, times, send } = rig({ latency: { min: 0, max: 100 } }, seed);
    for (let i = 0; i < 300; i++) {
      const sent = queue.now;
      send();
      queue.run(200);
      times[times.length - 1]! -= sent;
    }
    return Math.max(...times);
  });
  expect(Math.max(...longest)).toBeGreaterThan(80);
  expect(Math.min(...longest)).toBeLessThan(50);
  expect(Math.min(...longest)).toBeGreaterThan(19);
});

test('loss, duplicates and overtaking come about as often as asked, and are counted', () => {
  const { queue, network, arrived, send } = rig();
  const count = 5000;
  const share = (n: number): number => n / count;
  network.shape([LINK], { delay: 0, jitter: 0, loss: 0.2 });
  for (let i = 0; i < count; i++) send();
  queue.run(100);
  expect(share(arrived.length)).toBeGreaterThan(0.77);
  expect(share(arrived.length)).toBeLessThan(0.83);
  expect(network.counters([LINK])[0]!.mangled).toBe(count - arrived.length);

  network.shape([LINK], { delay: 0, jitter: 0, duplicate: 0.2 });
  arrived.length = 0;
  for (let i = 0; i < count; i++) send();
  queue.run(100);
  expect(share(arrived.length)).toBeGreaterThan(1.17);
  expect(share(arrived.length)).toBeLessThan(1.23);

  network.shape([LINK], { delay: 0, jitter: 0, reorder: 0.2 });
  arrived.length = 0;
  for (let i = 0; i < 100; i++) {
    send();
    queue.run(0.5);
  }
  queue.run(100);
  expect(arrived).toHaveLength(100);
  expect(arrived).not.toEqual([...arrived].sort((a, b) => a - b));
});

test('what arrives twice is two copies', () => {
  const { queue, network } = rig({ duplicate: 0.9 });
  const link = network.link('n1', 'n2');
  const arrived: unknown[] = [];
  for (let i = 0; i < 20; i++) {
    network.send(link, { json: { i, entries: [] }, size: 1 }, false, (json) => arrived.push(json));
  }
  queue.run(100);
  expect(arrived.length).toBeGreaterThan(25);
  expect(new Set(arrived).size).toBe(arrived.length);
});

test('what must arrive once at most is never doubled', () => {
  const { queue, arrived, send } = rig({ duplicate: 0.9 });
  for (let i = 0; i < 200; i++) send(true);
  queue.run(100);
  expect(arrived).toEqual(upTo(200));
});

test('a shape delays, and its end ends that', () => {
  const { queue, network, times, send } = rig();
  network.shape([LINK], { delay: 100, jitter: 50 });
  send();
  queue.run(200);
  expect(times[0]).toBeGreaterThan(100);
  expect(times[0]).toBeLessThan(153);
  network.shape([LINK], null);
  send();
  queue.run(10);
  expect(times).toHaveLength(2);
});

test('a message more on one link changes nothing on another', () => {
  const timesOn = (extra: number): number[] => {
    const queue = new EventQueue();
    const network = new Network(queue, QUIET, [LINK, BACK], 3, undefined);
    for (let i = 0; i < extra; i++)
      network.send(network.link('n1', 'n2'), message(1), false, () => undefined);
    const times: number[] = [];
    for (let i = 0; i < 10; i++)
      network.send(network.link('n2', 'n1'), message(1), false, () => times.push(queue.now));
    queue.run(100);
    return times;
  };
  expect(timesOn(5)).toEqual(timesOn(0));
});

test('a network that is calmed is well', () => {
  const { queue, network, arrived, times, send } = rig({ loss: 0.9, latency: { min: 500, max: 900 } });
  network.calm();
  for (let i = 0; i < 50; i++) send();
  queue.run(1000);
  expect(arrived).toEqual(upTo(50));
  expect(Math.max(...times)).toBeLessThanOrEqual(QUIET.latency.max);
});
