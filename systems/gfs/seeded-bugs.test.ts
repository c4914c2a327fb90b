/**
 * Each seeded bug in the smallest story that shows it: with the bug clients see what must not be, and
 * without it the same story ends well.
 */
import { expect, test } from 'vitest';
import { CLIENTS } from '../../nemesis/host.ts';
import type { Completion, Json, NodeId, OptionValues } from '../contract.ts';
import type { Arriving, Cluster } from '../testing/cluster.ts';
import { bugs, type Bug } from './bugs.ts';
import { parseMessage } from './messages.ts';
import { begin, done, ended, replicasOf, startedCluster } from './testing/drive.ts';

interface Story {
  readonly options?: OptionValues;
  /** What clients saw that must not be; undefined when all is well. */
  readonly tell: (cluster: Cluster) => string | undefined;
}

const write = (data: string): Json => ({ offset: 0, data, create: true });
const THREE: Json = { offset: 0, length: 3 };

function isolate(cluster: Cluster, ...ids: readonly NodeId[]): void {
  for (const id of ids) cluster.part([id], cluster.nodes);
}

function seen({ type, value }: Completion): string {
  return type === 'ok' ? JSON.stringify(value) : type;
}

function unless(isRight: boolean, what: string): string | undefined {
  return isRight ? undefined : what;
}

/** A replica misses a write; then all others are gone, and somebody reads. */
function staleReplica(restartsMaster: boolean): Story['tell'] {
  return (cluster) => {
    done(cluster, 'write', '/a', write('one'));
    const { primary, secondaries } = replicasOf(cluster, 1);
    const [stale = '', ...others] = secondaries;
    isolate(cluster, stale);
    expect(done(cluster, 'write', '/a', write('two')).type).toBe('ok');
    if (restartsMaster) {
      cluster.crashNow('n1', () => ({ operations: 0, torn: 0 }));
      cluster.at('n1').start();
    }
    cluster.healAll();
    isolate(cluster, primary, ...others);
    cluster.queue.run(700);
    const read = done(cluster, 'read', '/a', THREE);
    return unless(read.type !== 'ok', `read ${seen(read)} after two`);
  };
}

/** The primary is cut off from all but its clients; one of them reads there while another writes. */
function twoPrimaries(waitFor: number): Story['tell'] {
  return (cluster) => {
    const reader = cluster.client();
    done(cluster, 'write', '/a', write('one'));
    done(cluster, 'read', '/a', THREE, reader);
    isolate(cluster, replicasOf(cluster, 1).primary);
    cluster.queue.run(waitFor);
    expect(done(cluster, 'write', '/a', write('two')).type).toBe('ok');
    const read = done(cluster, 'read', '/a', THREE, reader);
    return unless(read.value === 'two', `read ${seen(read)} after two`);
  };
}

const stories: { readonly [bug in Bug]: Story } = {
  'ack-before-secondaries': {
    options: { lease: 500, deadAfter: 300 },
    tell: (cluster) => {
      const writer = cluster.client();
      done(cluster, 'write', '/a', write('one'), writer);
      isolate(cluster, replicasOf(cluster, 1).primary);
      expect(done(cluster, 'write', '/a', write('two'), writer).type).toBe('ok');
      cluster.queue.run(1000);
      const read = done(cluster, 'read', '/a', THREE);
      return unless(read.value === 'two', `read ${seen(read)} after two`);
    },
  },
  'stale-replica-served': { options: { lease: 500, deadAfter: 300 }, tell: staleReplica(false) },
  'version-not-persisted': { options: { lease: 500, deadAfter: 300 }, tell: staleReplica(true) },
  'overlapping-leases': { options: { lease: 3000, deadAfter: 300 }, tell: twoPrimaries(500) },
  'primary-ignores-expiry': { options: { lease: 500, deadAfter: 300 }, tell: twoPrimaries(700) },
  'secondaries-unordered': {
    options: { lease: 500, deadAfter: 300 },
    tell: (cluster) => {
      done(cluster, 'write', '/a', write('---'));
      const { primary, secondaries } = replicasOf(cluster, 1);
      const [swapped = '', other = ''] = secondaries;
      const writes = ['one', 'two'].map((data) => begin(cluster.client(), 'write', '/a', write(data)));
      // Of two mutations on their way to one secondary, the later one arrives first.
      const waiting: Arriving[] = [];
      cluster.holding = true;
      while (writes.some(({ completion }) => completion === undefined)) {
        cluster.queue.step();
        for (const arriving of cluster.held.splice(0)) {
          const { from, to } = arriving.link;
          const message = parseMessage(arriving.parcel.message.json);
          const isMutation = message?.type === 'prepare' && message.mutations.length > 0;
          if (from === primary && to === swapped && isMutation && waiting.length < 2) waiting.push(arriving);
          else cluster.letIn(arriving);
        }
        if (waiting.length === 2) for (const arriving of waiting.splice(0).reverse()) cluster.letIn(arriving);
      }
      cluster.holding = false;
      cluster.queue.run(100);
      const before = done(cluster, 'read', '/a', THREE);
      isolate(cluster, primary, other);
      cluster.queue.run(700);
      const after = done(cluster, 'read', '/a', THREE);
      return unless(after.value === before.value, `read ${seen(before)}, then ${seen(after)}`);
    },
  },
  'append-visible-before-commit': {
    options: { lease: 500, deadAfter: 300 },
    tell: (cluster) => {
      const [writer, reader] = [cluster.client(), cluster.client()];
      done(cluster, 'append', '/log', { data: 'one', create: true }, writer);
      done(cluster, 'records', '/log', {}, reader);
      isolate(cluster, replicasOf(cluster, 1).primary);
      // Nobody asks for it again.
      const appended = begin(writer, 'append', '/log', { data: 'two' }, 300);
      cluster.queue.run(290);
      const before = done(cluster, 'records', '/log', {}, reader);
      ended(cluster, appended);
      cluster.queue.run(1000);
      const after = done(cluster, 'records', '/log', {});
      return unless(seen(before) === seen(after), `read ${seen(before)}, then ${seen(after)}`);
    },
  },
  'no-append-dedup': {
    tell: (cluster) => {
      const writer = cluster.client();
      done(cluster, 'append', '/log', { data: 'one', create: true }, writer);
      const { primary } = replicasOf(cluster, 1);
      const second = begin(writer, 'append', '/log', { data: 'two' });
      // The data is there, and the answer to the append is lost.
      cluster.queue.run(8);
      cluster.network.cut([{ from: primary, to: CLIENTS }], 'discard');
      cluster.queue.run(200);
      cluster.healAll();
      expect(ended(cluster, second).type).toBe('ok');
      const records = done(cluster, 'records', '/log', {}).value;
      const count = Array.isArray(records) ? records.length : 0;
      return unless(count === 2, `${count} records after two appends`);
    },
  },
  'master-acks-before-log': {
    tell: (cluster) => {
      cluster.at('n1').disk.trouble = { kind: 'slow', delay: 100 };
      expect(done(cluster, 'create', '/a').type).toBe('ok');
      cluster.crashNow('n1', () => ({ operations: 0, torn: 0 }));
      cluster.at('n1').start();
      const list = done(cluster, 'list');
      return unless(seen(list) === '["/a"]', `list ${seen(list)} after /a was created`);
    },
  },
  'checkpoint-drops-log-tail': {
    options: { checkpointEvery: 5 },
    tell: (cluster) => {
      const paths = ['/a', '/b', '/c', '/d', '/e', '/f'];
      const creations = paths.map((path) => begin(cluster.client(), 'create', path));
      for (const creation of creations) expect(ended(cluster, creation).type).toBe('ok');
      cluster.queue.run(20);
      cluster.crashNow('n1', () => ({ operations: 0, torn: 0 }));
      cluster.at('n1').start();
      const list = done(cluster, 'list');
      return unless(seen(list) === JSON.stringify(paths), `list ${seen(list)} after ${paths.join(' ')}`);
    },
  },
  'no-checksum': {
    options: { lease: 500, deadAfter: 300 },
    tell: (cluster) => {
      done(cluster, 'write', '/a', write('one'));
      const { primary } = replicasOf(cluster, 1);
      const { disk } = cluster.at(primary);
      cluster.crashNow(primary, () => ({ operations: 0, torn: 0 }));
      // The last byte of the data; a seal of 12 bytes is behind it.
      disk.flipBit('chunk-1', disk.read('chunk-1')!.length - 13, 0);
      cluster.at(primary).start();
      cluster.queue.run(1000);
      const read = done(cluster, 'read', '/a', THREE);
      return unless(read.value === 'one', `read ${seen(read)} after one`);
    },
  },
  'split-read-wrong-offset': {
    options: { chunkSize: 128 },
    tell: (cluster) => {
      const data = Array.from({ length: 300 }, (_, at) => String.fromCharCode(at % 251)).join('');
      done(cluster, 'write', '/a', write(data));
      const read = done(cluster, 'read', '/a', { offset: 100, length: 150 });
      return unless(read.value === data.slice(100, 250), `read ${seen(read)}`);
    },
  },
};

test.each(Object.keys(bugs) as Bug[])('%s', (bug) => {
  const { options = {}, tell } = stories[bug];
  expect(tell(startedCluster({ nodes: 4, options })), 'without the bug').toBeUndefined();
  expect(tell(startedCluster({ nodes: 4, options, bugs: [bug] })), 'with the bug').toBeDefined();
});
