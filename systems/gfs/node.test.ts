/** What the file system does for its clients, while nothing is wrong. */
import { describe, expect, test } from 'vitest';
import { Chunkserver } from './chunkserver/chunkserver.ts';
import { parseMessage } from './messages.ts';
import { begin, done, ended, startedCluster } from './testing/drive.ts';

test.each(['strong', 'relaxed'])('%s: a file is made, written, appended to and read', (mode) => {
  const cluster = startedCluster({ options: { mode } });
  expect(done(cluster, 'create', '/a')).toEqual({ type: 'ok', node: 'n1' });
  expect(done(cluster, 'create', '/a')).toEqual({ type: 'fail', error: 'exists', node: 'n1' });
  expect(done(cluster, 'read', '/a', { offset: 0, length: 10 })).toMatchObject({ type: 'ok', value: '' });
  expect(done(cluster, 'write', '/a', { offset: 3, data: 'bytes' })).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'read', '/a', { offset: 0, length: 6 })).toMatchObject({ value: '\0\0\0byt' });
  expect(done(cluster, 'read', '/a', { offset: 4, length: 100 })).toMatchObject({ value: 'ytes' });
  expect(done(cluster, 'stat', '/a')).toMatchObject({ value: { length: 8 } });
  expect(done(cluster, 'append', '/log', { data: 'one', create: true })).toMatchObject({
    type: 'ok',
    value: 12,
  });
  expect(done(cluster, 'append', '/log', { data: 'two' })).toMatchObject({ type: 'ok', value: 27 });
  expect(done(cluster, 'records', '/log', {})).toMatchObject({
    value: [
      [12, 'one'],
      [27, 'two'],
    ],
  });
  expect(done(cluster, 'list')).toEqual({ type: 'ok', value: ['/a', '/log'], node: 'n1' });
  expect(done(cluster, 'stat', '/none')).toMatchObject({ type: 'ok', value: null });
});

test('what crosses the border of a chunk is split and joined', () => {
  const cluster = startedCluster({ options: { chunkSize: 128 } });
  const data = Array.from({ length: 500 }, (_, at) => String.fromCharCode(at % 256)).join('');
  expect(done(cluster, 'write', '/a', { offset: 100, data, create: true })).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'read', '/a', { offset: 110, length: 400 })).toMatchObject({
    value: data.slice(10, 410),
  });
  expect(done(cluster, 'stat', '/a')).toMatchObject({ value: { length: 600 } });
});

test('a record that does not fit goes to the next chunk, behind padding', () => {
  const cluster = startedCluster({ options: { chunkSize: 128 } });
  const records = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32));
  const offsets = records.map((data) => done(cluster, 'append', '/log', { data, create: true }).value);
  // Two frames of 44 bytes fit in 128.
  expect(offsets).toEqual([12, 56, 140, 184]);
  expect(done(cluster, 'records', '/log', {}).value).toEqual(records.map((data, at) => [offsets[at], data]));
  expect(cluster.marks['chunk-padded']).toBe(1);
});

test('a snapshot shows what was there, and writes to either file do not show in the other', () => {
  const cluster = startedCluster();
  done(cluster, 'write', '/a', { offset: 0, data: 'before', create: true });
  expect(done(cluster, 'snapshot', '/a', '/b')).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'write', '/a', { offset: 0, data: 'after.' })).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'read', '/a', { offset: 0, length: 9 })).toMatchObject({ value: 'after.' });
  expect(done(cluster, 'read', '/b', { offset: 0, length: 9 })).toMatchObject({ value: 'before' });
  expect(done(cluster, 'write', '/b', { offset: 2, data: '!' })).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'read', '/a', { offset: 0, length: 9 })).toMatchObject({ value: 'after.' });
  expect(done(cluster, 'read', '/b', { offset: 0, length: 9 })).toMatchObject({ value: 'be!ore' });
});

test('names are changed, and what is deleted is collected some time later', () => {
  const cluster = startedCluster({ options: { trash: 500 } });
  done(cluster, 'write', '/a', { offset: 0, data: 'text', create: true });
  expect(done(cluster, 'rename', '/a', '/b')).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'rename', '/a', '/c')).toMatchObject({ type: 'fail', error: 'no-such-file' });
  expect(done(cluster, 'read', '/b', { offset: 0, length: 9 })).toMatchObject({ value: 'text' });
  expect(done(cluster, 'delete', '/b')).toMatchObject({ type: 'ok' });
  expect(done(cluster, 'read', '/b', { offset: 0, length: 9 })).toMatchObject({ error: 'no-such-file' });
  cluster.queue.run(2000);
  for (const id of cluster.nodes) {
    expect(
      cluster
        .at(id)
        .disk.list()
        .filter((file) => file.startsWith('chunk-')),
    ).toEqual([]);
  }
});

/** Text that has each byte, and does not repeat where pieces end. */
const long = (length: number): string =>
  Array.from({ length }, (_, at) => String.fromCharCode(((at * 31) >>> 3) % 256)).join('');

describe('a write that is longer than a mutation', () => {
  const options = { chunkSize: 4_194_304, compactAfter: 16_777_216 };
  const data = long(2_700_000);

  test('is pushed ahead of its order, and read as it was written', () => {
    const cluster = startedCluster({ options });
    const pushes: string[] = [];
    cluster.onArriving = ({ parcel }) => {
      const message = parseMessage(parcel.message.json);
      if (message?.type === 'push') pushes.push(`push ${message.id.split('-')[1]}`);
      if (message?.type === 'prepare' && message.mutations.length > 0) {
        pushes.push(
          ...message.mutations.map(([, , , , seq, sent]) => `order ${seq}${sent ? ' with data' : ''}`),
        );
      }
    };
    expect(done(cluster, 'write', '/a', { offset: 5, data, create: true })).toMatchObject({ type: 'ok' });
    // Each is on its way before the one before it is ordered, and no data is sent twice.
    expect(pushes.slice(0, pushes.indexOf('order 1'))).toContain('push 2');
    expect(pushes.slice(0, pushes.indexOf('order 2'))).toContain('push 3');
    expect(pushes.filter((line) => line.startsWith('order'))).toEqual([
      'order 1',
      'order 1',
      'order 2',
      'order 2',
      'order 3',
      'order 3',
    ]);
    expect(pushes.filter((line) => line === 'push 1')).toHaveLength(2 * 4);
    const read = done(cluster, 'read', '/a', { offset: 0, length: 3_000_000 });
    expect(read.value === `\0\0\0\0\0${data}`).toBe(true);
  });

  test('is ordered where there is no room for what is pushed ahead', () => {
    const cluster = startedCluster({ options: { ...options, pushBuffer: 1_500_000 } });
    expect(done(cluster, 'write', '/a', { offset: 5, data, create: true })).toMatchObject({ type: 'ok' });
    expect(cluster.marks['data-evicted']).toBeGreaterThan(0);
    const read = done(cluster, 'read', '/a', { offset: 5, length: 3_000_000 });
    expect(read.value === data).toBe(true);
  });

  test('is there after all nodes crashed', () => {
    const cluster = startedCluster({ options });
    done(cluster, 'write', '/a', { offset: 0, data, create: true });
    for (const id of cluster.nodes) cluster.crashNow(id, () => ({ operations: 0, torn: 0 }));
    for (const id of cluster.nodes) cluster.at(id).start();
    const read = done(cluster, 'read', '/a', { offset: 0, length: 3_000_000 });
    expect(read.value === data).toBe(true);
  });
});

test('what is under way in a chunk is bounded: long writes of several clients side by side are all there', () => {
  const cluster = startedCluster({ options: { chunkSize: 8_388_608, compactAfter: 16_777_216 } });
  done(cluster, 'create', '/a');
  const size = 2_000_000;
  const writes = ['a', 'b', 'c', 'd'].map((letter, at) =>
    begin(cluster.client(), 'write', '/a', { offset: at * size, data: letter.repeat(size) }, 20_000),
  );
  let most = 0;
  cluster.onArriving = () => {
    for (const id of cluster.nodes) {
      const { node } = cluster.at(id);
      if (!(node instanceof Chunkserver)) continue;
      for (const { tailBytes } of node.holdings.chunks.values()) most = Math.max(most, tailBytes);
    }
  };
  for (const write of writes) expect(ended(cluster, write)).toMatchObject({ type: 'ok' });
  // Less than a frame holds, at those, too, who do not know what is committed.
  expect(most).toBeGreaterThan(1_048_576);
  expect(most).toBeLessThanOrEqual(6 * 1_048_576);
  expect(cluster.marks['overloaded']).toBeGreaterThan(0);
  const read = done(cluster, 'read', '/a', { offset: 0, length: 4 * size });
  expect(read.value === ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(size)).join('')).toBe(true);
});
