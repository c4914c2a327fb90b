import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckerName } from '../../checkers/catalogue.ts';
import type { Entry } from '../history/recorder.ts';
import { HistoryWriter } from '../history/writer.ts';
import type { Explanation } from '../explain/index.ts';
import type { SeenViolation, WatchProgress } from './watch-protocol.ts';
import { Watch } from './watch.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'watch-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What the watch of a history says of it, as it grows by these entries. */
async function watched(
  workload: string,
  entries: readonly Entry[],
  checks: readonly CheckerName[] = ['linearizable'],
): Promise<{ violation: SeenViolation } | { lost: string }> {
  const file = join(folder, 'history.jsonl');
  let watch: Watch | undefined;
  let clock = 0;
  const history = new HistoryWriter(
    file,
    () => clock++,
    (error) => {
      throw error;
    },
    (bytes) => watch?.grown(bytes),
  );
  try {
    return await new Promise((resolve) => {
      watch = new Watch(
        { file, workload, system: 'raft-kv', checks },
        {
          onViolation: (violation) => resolve({ violation }),
          onLost: (reason) => resolve({ lost: reason }),
        },
      );
      for (const entry of entries) history.record(entry);
    });
  } finally {
    history.close();
    await watch?.close();
  }
}

const put = (type: 'invoke' | 'ok', value: string): Entry => {
  return { process: 0, type, f: 'put', key: 'k', value };
};
const get = (type: 'invoke' | 'ok', value?: string): Entry => ({
  process: 1,
  type,
  f: 'get',
  key: 'k',
  value,
});

test('a violation shows while the history is still being written', async () => {
  const rounds = Array.from({ length: 100 }, (_, i) => String(i)).flatMap((value) => [
    put('invoke', value),
    put('ok', value),
    get('invoke'),
    get('ok', value === '10' ? '8' : value),
  ]);
  expect(await watched('kv', rounds)).toEqual({
    violation: { checker: 'linearizable', key: 'k', index: 42, description: 'get k → "8"' },
  });
});

test('a watch that breaks says so, and nothing else', async () => {
  expect(await watched('kv', [put('ok', 'never invoked')])).toEqual({
    lost: expect.stringContaining('completes what it did not invoke') as string,
  });
});

test('a broken invariant shows as well, where the plan asks for it', async () => {
  const leads = (node: string): Entry => ({
    process: 'host',
    type: 'info',
    f: 'node.status',
    node,
    value: {
      ...{ state: 'up', role: 'leader', term: 3, leader: node, logEnd: 0, commit: 0, applied: 0 },
      facts: { led: [3] },
    },
  });
  const entries = [put('invoke', '1'), leads('n1'), put('ok', '1'), leads('n2')];
  const violation = {
    checker: 'invariants',
    key: '',
    index: 3,
    description: 'one-leader-a-term: n1 and n2 both led term 3',
  };
  expect(await watched('kv', entries, ['linearizable', 'invariants'])).toEqual({ violation });
});

test('for somebody who looks on it tells how far it has come, and why a violation is one', async () => {
  const file = join(folder, 'history.jsonl');
  const entries = ['a', 'b', 'c'].flatMap((value, round) => [
    put('invoke', value),
    put('ok', value),
    { ...get('invoke'), key: 'other' },
    { ...get('ok'), key: 'other', value: null },
    ...(round === 2 ? [get('invoke'), get('ok', 'a')] : []),
  ]);
  const progress: WatchProgress[] = [];
  let watch: Watch | undefined;
  let clock = 0;
  const history = new HistoryWriter(
    file,
    () => 1e6 * clock++,
    (error) => {
      throw error;
    },
    (bytes) => watch?.grown(bytes),
  );
  const explanation = await new Promise<Explanation>((resolve, reject) => {
    watch = new Watch(
      { file, workload: 'kv', system: 'raft-kv', checks: ['linearizable'], tells: true },
      {
        onViolation: () => {},
        onLost: (reason) => reject(new Error(reason)),
        onProgress: (told) => progress.push(told),
        onExplained: resolve,
      },
    );
    for (const entry of entries) history.record(entry);
  });
  history.close();
  await watch?.close();
  expect(progress.at(-1)).toEqual({ op: 13, keys: 2, explained: 1, undecided: 0 });
  expect(explanation.pattern).toBe('stale read');
  expect(explanation.sentences.join(' ')).toContain('read "a"');
});
