/** What transcripts don't show well: bad input, bounds, failing disks, how many syncs there are. */
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Json, Message, OptionValues } from '../contract.ts';
import { SimDisk } from '../../harness/hosts/sim/disk.ts';
import { Cluster } from '../testing/cluster.ts';
import { system } from './index.ts';
import { Log } from '../log.ts';
import { raftEntries, type Entry } from './entry.ts';
import { RaftNode } from './node.ts';

function clusterOf(nodes: number, options: OptionValues = {}, lines: string[] = []): Cluster {
  const cluster = new Cluster({
    system,
    nodes,
    seed: 1,
    options,
    onLog: (node, event) => lines.push(`${node} ${event}`),
  });
  cluster.start();
  cluster.queue.run(2000);
  return cluster;
}

function leaderOf(cluster: Cluster): string {
  return cluster.nodes.find((id) => cluster.at(id).node?.status().role === 'leader')!;
}

function ask(cluster: Cluster, body: Json): Message | undefined {
  let reply: Message | undefined;
  cluster.request(leaderOf(cluster), body, 1000, (answer) => (reply = answer));
  cluster.queue.run(200);
  return reply;
}

const types = ['ask-vote', 'vote', 'append', 'ack', 'nack', 'snapshot', 'snapshot-ack', 'other'];
const garbage = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.record(
    {
      type: fc.constantFrom(...types),
      pre: fc.oneof(fc.boolean(), fc.constant(1)),
      granted: fc.boolean(),
      ...Object.fromEntries(
        [
          'term',
          'lastIndex',
          'lastTerm',
          'prevIndex',
          'prevTerm',
          'commit',
          'round',
          'match',
          'index',
          'size',
          'offset',
          'received',
          'conflictTerm',
          'conflictIndex',
        ].map((name) => [
          name,
          fc.oneof(fc.integer({ min: -2, max: 5 }), fc.constant(null), fc.constant(1e300), fc.constant('1')),
        ]),
      ),
      data: fc.oneof(fc.string(), fc.constant(null)),
      entries: fc.array(
        fc.oneof(fc.jsonValue(), fc.constant([1, null]), fc.constant([1, ['put', 1, 1, 'k', 'v']])),
      ),
    },
    { requiredKeys: [] },
  ) as unknown as fc.Arbitrary<Json>,
);

test('whatever comes in, no node throws', () => {
  fc.assert(
    fc.property(fc.array(garbage, { maxLength: 30 }), (messages) => {
      const cluster = clusterOf(3);
      for (const message of messages) {
        for (const id of cluster.nodes) {
          const peer = cluster.nodes.find((peer) => peer !== id)!;
          for (const from of [peer, 'stranger'])
            cluster.at(id).toNode((node) => node.onMessage(from, message));
          cluster.at(id).toNode((node) => node.onRequest(0, message));
        }
        cluster.queue.run(5);
      }
      cluster.queue.run(2000);
    }),
    { numRuns: 50 },
  );
});

test.each<[string, Json]>([
  ['no object', 'put'],
  ['an unknown operation', { f: 'incr', key: 'x' }],
  ['no key', { f: 'get' }],
  ['a key of 1025 characters', { f: 'get', key: 'k'.repeat(1025) }],
  ['a number for a value', { f: 'put', session: 2, seq: 1, key: 'x', value: 1 }],
  ['no session', { f: 'put', seq: 1, key: 'x', value: 'a' }],
  ['a negative sequence number', { f: 'put', session: 2, seq: -1, key: 'x', value: 'a' }],
  ['a cas of one value', { f: 'cas', session: 2, seq: 1, key: 'x', value: ['a'] }],
  [
    'a value of more than 256 Ki characters',
    { f: 'put', session: 2, seq: 1, key: 'x', value: 'v'.repeat(262_145) },
  ],
])('a request with %s is refused', (_, body) => {
  expect(ask(clusterOf(1), body)).toMatchObject({ refused: 'bad-request' });
});

test('a message that is none is logged and ignored', () => {
  const lines: string[] = [];
  const cluster = clusterOf(3, {}, lines);
  cluster.at('n1').toNode((node) => node.onMessage('n2', { type: 'append', term: 99 }));
  expect(lines.at(-1)).toBe('n1 ignores a message that is none of the protocol');
  expect(cluster.at('n1').node!.status().term).toBeLessThan(99);
});

test('what an append would make too long is refused, and remembered as refused', () => {
  const cluster = clusterOf(1);
  ask(cluster, { f: 'register' });
  const append = (seq: number): Message | undefined =>
    ask(cluster, { f: 'append', session: 2, seq, key: 'x', value: 'v'.repeat(262_144) });
  expect([1, 2, 3, 4].map(append)).toEqual(Array(4).fill({ ok: null }));
  expect(append(5)).toEqual({ refused: 'value-too-large' });
  expect(append(5)).toEqual({ refused: 'value-too-large' });
});

test('beyond maxPending, writes and reads are refused as overloaded', () => {
  const cluster = clusterOf(3, { maxPending: 5, checkQuorum: false });
  const leader = leaderOf(cluster);
  cluster.network.cut(
    cluster.network.links.filter(({ from, to }) => from === leader && cluster.nodes.includes(to)),
    'discard',
  );
  const replies: (Message | undefined)[] = [];
  for (let at = 0; at < 8; at++) {
    cluster.request(leader, { f: 'register' }, 1e6, (reply) => replies.push(reply));
    cluster.request(leader, { f: 'get', key: 'x' }, 1e6, (reply) => replies.push(reply));
  }
  cluster.queue.run(100);
  expect(replies).toEqual(Array(6).fill({ refused: 'overloaded' }));
});

test('a follower that is cut off holds up no more than maxInFlight appends', () => {
  const cluster = clusterOf(3, { maxInFlight: 4, maxBatch: 1 });
  const leader = leaderOf(cluster);
  const slow = cluster.nodes.find((id) => id !== leader)!;
  const sent = { entries: 0 };
  cluster.onArriving = ({ link, parcel }) => {
    const text = JSON.stringify(parcel.message.json);
    if (link.from === leader && link.to === slow && !text.includes('"entries":[]')) sent.entries++;
  };
  cluster.network.cut([{ from: leader, to: slow }], 'discard');
  for (let at = 0; at < 50; at++) ask(cluster, { f: 'register' });
  expect(sent.entries).toBe(4);
  expect(cluster.at(leader).node!.status().commit).toBe(51);
  cluster.healAll();
  cluster.queue.run(1000);
  expect(cluster.at(slow).node!.status()).toMatchObject({ logEnd: 51, commit: 51 });
});

test('fifty requests at once take two syncs of the leader, not fifty', () => {
  const cluster = clusterOf(3);
  const leader = leaderOf(cluster);
  const { disk } = cluster.at(leader);
  const before = disk.counters.syncs;
  let answered = 0;
  for (let at = 0; at < 50; at++) cluster.request(leader, { f: 'register' }, 1000, () => answered++);
  cluster.queue.run(100);
  expect({ answered, syncs: disk.counters.syncs - before }).toEqual({ answered: 50, syncs: 2 });
});

test('a disk that fails ends the node', () => {
  const cluster = clusterOf(3);
  const leader = leaderOf(cluster);
  cluster.at(leader).disk.trouble = { kind: 'fail' };
  ask(cluster, { f: 'register' });
  expect(cluster.halted(leader)).toBe('the disk failed: EIO: i/o error');
  cluster.queue.run(2000);
  expect(ask(cluster, { f: 'register' })).toHaveProperty('ok');
});

test('the session unused for longest makes room, on every node alike', () => {
  const cluster = clusterOf(3, { maxSessions: 2 });
  const sessions = [1, 2].map(() => (ask(cluster, { f: 'register' }) as { ok: number }).ok);
  const put = (session: number, seq: number): Message | undefined =>
    ask(cluster, { f: 'put', session, seq, key: 'x', value: 'a' });
  put(sessions[0]!, 1);
  ask(cluster, { f: 'register' });
  expect(put(sessions[1]!, 1)).toEqual({ refused: 'session-expired' });
  expect(put(sessions[0]!, 1)).toEqual({ ok: null });
  cluster.queue.run(200);
  const states = cluster.nodes.map((id) => {
    const { node } = cluster.at(id);
    return node instanceof RaftNode ? JSON.stringify(node.member.machine.dump()) : undefined;
  });
  expect(new Set(states).size).toBe(1);
});

test('a log whose suffix was deleted during a sync does not take that sync for the new suffix’s', () => {
  const finishes: (() => void)[] = [];
  const log: Log<Entry> = new Log(
    new SimDisk({
      now: () => 0,
      duration: () => 1,
      schedule: (_time, finish) => finishes.push(finish),
      complete: ({ token }) => log.completed(token),
      fail: ({ error }) => expect(error).toBeUndefined(),
    }),
    raftEntries,
  );
  log.write(1, [
    [1, null],
    [1, null],
    [1, null],
  ]);
  log.write(2, [
    [2, null],
    [2, null],
  ]);
  finishes.shift()!();
  expect(log.durable).toBe(1);
  log.sync();
  finishes.shift()!();
  expect(log.durable).toBe(3);
});
