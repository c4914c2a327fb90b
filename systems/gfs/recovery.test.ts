/**
 * A crash after every single event of a story: of the master, of a primary, of all nodes at once, each losing
 * what it had not synced or a part of it. What was acknowledged is there afterwards, once.
 */
import { expect, test } from 'vitest';
import type { Completion, Json } from '../contract.ts';
import type { Cluster } from '../testing/cluster.ts';
import { done, startedCluster } from './testing/drive.ts';

const OPTIONS = {
  lease: 300,
  deadAfter: 200,
  heartbeat: 50,
  checkpointEvery: 5,
  compactAfter: 256,
  chunkSize: 128,
};
const STORY: readonly (readonly [f: string, key: string, value: Json])[] = [
  ['write', '/a', { offset: 0, data: 'first', create: true }],
  ['append', '/log', { data: '1'.repeat(30), create: true }],
  ['snapshot', '/a', '/b'],
  ['write', '/a', { offset: 0, data: 'second' }],
  ['append', '/log', { data: '2'.repeat(30) }],
  ['append', '/log', { data: '3'.repeat(30) }],
  ['rename', '/a', '/c'],
];

/** One client does one thing after the other; what came of it. */
function told(cluster: Cluster): { readonly completions: readonly Completion[]; readonly isOver: boolean } {
  const completions: Completion[] = [];
  const client = cluster.client();
  const state = { completions, isOver: false };
  const next = (at: number): void => {
    const step = STORY[at];
    if (step === undefined) {
      state.isOver = true;
      return;
    }
    const [f, key, value] = step;
    client.invoke({ f, key, value }, 20_000, (completion) => {
      completions.push(completion);
      next(at + 1);
    });
  };
  next(0);
  return state;
}

function crashAndRestart(cluster: Cluster, which: readonly string[], share: number): void {
  for (const id of which) {
    cluster.crashNow(id, (pending, nextAppend) => ({
      operations: Math.floor(pending * share),
      torn: Math.floor(nextAppend * share),
    }));
  }
  for (const id of which) cluster.at(id).start();
}

const WHO: { readonly [who: string]: readonly string[] } = {
  'the master': ['n1'],
  'one chunkserver': ['n3'],
  'all chunkservers': ['n2', 'n3', 'n4'],
  'all nodes': ['n1', 'n2', 'n3', 'n4'],
};

/** The story takes about so many events. */
const EVENTS = 420;
const STEP = Number(process.env['STEP'] ?? 12);

test.each(Object.keys(WHO))('%s', { timeout: 600_000 }, (who) => {
  let met = 0;
  for (let point = 1; point <= EVENTS; point += STEP) {
    const cluster = startedCluster({ nodes: 4, options: OPTIONS });
    const story = told(cluster);
    for (let event = 0; event < point; event++) cluster.queue.step();
    if (!story.isOver) met++;
    crashAndRestart(cluster, WHO[who]!, (point % 5) / 4);
    while (!story.isOver) if (!cluster.queue.step()) throw new Error('nothing is left to happen');
    const where = `after event ${point}`;
    expect(
      story.completions.map(({ type, error = '' }) => type + error),
      where,
    ).toEqual(STORY.map(() => 'ok'));
    expect(done(cluster, 'list').value, where).toEqual(['/b', '/c', '/log']);
    expect(done(cluster, 'read', '/b', { offset: 0, length: 9 }).value, where).toBe('first');
    expect(done(cluster, 'read', '/c', { offset: 0, length: 9 }).value, where).toBe('second');
    const appended = STORY.flatMap(([f, , value], at) =>
      f === 'append' ? [[story.completions[at]!.value, (value as { data: string }).data]] : [],
    );
    expect(done(cluster, 'records', '/log').value, where).toEqual(appended);
  }
  // Most of the crashes came before the story's end.
  expect(met).toBeGreaterThan((EVENTS / STEP) * 0.6);
});
