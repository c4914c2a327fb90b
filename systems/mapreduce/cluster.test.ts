/** Jobs on coordinators and workers that fail at chosen moments. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../contract.ts';
import type { Cluster } from '../testing/cluster.ts';
import { addModule } from './jobs/module.ts';
import { answered, invoke, JOB, outputs, startJobs, until } from './testing/jobs.ts';

function expectRight(cluster: Cluster, key = 'j', job: Json = JOB): void {
  const { found, sequential } = outputs(cluster, key, job);
  expect(sequential).not.toBeNull();
  expect(found).toEqual(sequential);
}

const COUNT = { kind: 'word-count', reducers: 2, texts: ['a b a\n', 'b a\n'] };

test('a job runs, and its output is told and can be read', () => {
  const cluster = startJobs();
  const { type, value, node } = answered(cluster, invoke(cluster, 'run', 'j', COUNT));
  expect([type, node]).toEqual(['ok', 'n1']);
  const counters = { lines: 2, pairs: 5, keys: 2, out: 2 };
  expect(value).toMatchObject({ counters });
  const { found } = outputs(cluster, 'j', COUNT);
  const texts = (found as { readonly parts: readonly { readonly text: string }[] }).parts.map(
    ({ text }) => text,
  );
  expect(texts.join('').split('\n').sort()).toEqual(['', 'a\t3', 'b\t2']);
  expectRight(cluster, 'j', COUNT);
});

test('an output that nobody asked for is null', () => {
  const cluster = startJobs();
  expect(answered(cluster, invoke(cluster, 'output', 'nobody'))).toEqual({
    type: 'ok',
    value: null,
    node: 'n1',
  });
});

test('several jobs at once, of every kind', () => {
  const cluster = startJobs();
  const kinds: Json[] = [{ kind: 'word-count' }, { kind: 'inverted-index' }, { kind: 'grep', pattern: 'ka' }];
  const jobs = kinds.map((kind) => ({ ...(JOB as object), ...(kind as object) }) as Json);
  const pending = jobs.map((job, at) => invoke(cluster, 'run', `j${at}`, job));
  for (const one of pending) expect(answered(cluster, one).type).toBe('ok');
  for (const [at, job] of jobs.entries()) expectRight(cluster, `j${at}`, job);
});

test('a job is run once, however often it is asked for', () => {
  const cluster = startJobs();
  const asked = [invoke(cluster, 'run', 'j', JOB), invoke(cluster, 'run', 'j', JOB)];
  const first = asked.map((one) => answered(cluster, one).value);
  const again = answered(cluster, invoke(cluster, 'run', 'j', JOB)).value;
  expect([first[1], again]).toEqual([first[0], first[0]]);
  expect(cluster.marks['job-accepted']).toBe(1);
  expect(cluster.marks['reduce-done']).toBe(3);
});

test('another job under the same id is refused', () => {
  const cluster = startJobs();
  answered(cluster, invoke(cluster, 'run', 'j', JOB));
  expect(answered(cluster, invoke(cluster, 'run', 'j', COUNT))).toMatchObject({
    type: 'fail',
    error: 'job-differs',
  });
});

test('what is no job is refused', () => {
  const cluster = startJobs();
  const { type, error } = answered(cluster, invoke(cluster, 'run', 'j', { kind: 'sort' }));
  expect([type, error]).toEqual(['fail', 'bad-request']);
});

describe('a worker', () => {
  test('that dies takes its maps with it, and they are run elsewhere', () => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 5);
    cluster.crashNow('n2', () => ({ operations: 0, torn: 0 }));
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['worker-dead']).toBe(1);
    expect(cluster.marks['map-lost']).toBeGreaterThan(0);
    expectRight(cluster);
  });

  test('that comes back without its files says so', () => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 6);
    for (const worker of ['n2', 'n3', 'n4']) {
      cluster.crashNow(worker, () => ({ operations: 0, torn: 0 }));
      cluster.at(worker).start();
    }
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['output-gone'] ?? 0).toBeGreaterThan(0);
    expectRight(cluster);
  });

  test('that comes back with the beginnings of files is found out', () => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 6);
    for (const worker of ['n2', 'n3', 'n4']) {
      cluster.crashNow(worker, () => ({ operations: 0, torn: 20 }));
      cluster.at(worker).start();
    }
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['output-damaged']).toBeGreaterThan(0);
    expectRight(cluster);
  });

  test('that others can’t reach costs the maps that it has, though the coordinator hears of it', () => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 6);
    cluster.part(['n2'], ['n3', 'n4']);
    until(cluster, 'map-lost', 3);
    cluster.healAll();
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['fetch-timed-out']).toBeGreaterThan(0);
    expect(cluster.marks['worker-dead'] ?? 0).toBe(0);
    expectRight(cluster);
  });

  test('that is slow gets a backup, and does not count when it wakes up', () => {
    const cluster = startJobs({ options: { workerTimeout: 60_000 } });
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 6);
    until(cluster, 'reduce-done', 1);
    cluster.at('n2').pause();
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['backup']).toBeGreaterThan(0);
    cluster.at('n2').resume();
    cluster.queue.run(2000);
    expect(cluster.marks['reduce-done']).toBe(3);
    expectRight(cluster);
  });

  test('forgets the files of a job that is over', () => {
    const cluster = startJobs();
    answered(cluster, invoke(cluster, 'run', 'j', JOB));
    cluster.queue.run(200);
    for (const worker of ['n2', 'n3', 'n4']) expect(cluster.at(worker).disk.list()).toEqual([]);
  });
});

describe('the coordinator', () => {
  const loseAll = (): { operations: number; torn: number } => ({ operations: 0, torn: 0 });

  test.each([1, 4, 6])('that restarts after %i maps goes on with what was done', (maps) => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', maps);
    cluster.queue.run(10); // until it is durable
    cluster.crashNow('n1', loseAll);
    cluster.queue.run(100);
    cluster.at('n1').start();
    expect(answered(cluster, job).type).toBe('ok');
    expect(cluster.marks['recovered-unfinished']).toBe(1);
    // What was durable is not run again.
    expect(cluster.marks['map-done']).toBeLessThanOrEqual(6 + 3);
    expectRight(cluster);
  });

  test('that restarts lets workers finish what they do', () => {
    const cluster = startJobs();
    const job = invoke(cluster, 'run', 'j', JOB);
    until(cluster, 'map-done', 1);
    cluster.crashNow('n1', loseAll);
    cluster.at('n1').start();
    answered(cluster, job);
    expect(cluster.marks['attempt-adopted']).toBeGreaterThan(0);
    expectRight(cluster);
  });

  test('has every job that was over after any number of restarts and checkpoints', () => {
    const cluster = startJobs({ options: { checkpointEvery: 5 } });
    for (let at = 0; at < 5; at++) {
      answered(cluster, invoke(cluster, 'run', `j${at}`, JOB));
      cluster.crashNow('n1', loseAll);
      cluster.at('n1').start();
    }
    expect(cluster.marks['checkpoint']).toBeGreaterThan(3);
    for (let at = 0; at < 5; at++) expectRight(cluster, `j${at}`);
    // Only the newest log is kept, or the one that a checkpoint under way will make unnecessary.
    cluster.queue.run(100);
    expect(
      cluster
        .at('n1')
        .disk.list()
        .filter((file) => file.startsWith('log-')),
    ).toHaveLength(1);
  });

  test('cuts off a torn end of its log', () => {
    const cluster = startJobs();
    answered(cluster, invoke(cluster, 'run', 'j', JOB));
    cluster.at('n1').disk.append('log-0', new Uint8Array(30));
    cluster.crashNow('n1', () => ({ operations: 0, torn: 20 }));
    cluster.at('n1').start();
    expect(cluster.marks['torn-tail']).toBe(1);
    expectRight(cluster);
    cluster.crashNow('n1', loseAll);
    cluster.at('n1').start();
    expectRight(cluster);
  });

  test.each(['log-0', 'out'])('with damage in %s does not serve', (prefix) => {
    const cluster = startJobs();
    answered(cluster, invoke(cluster, 'run', 'j', JOB));
    cluster.crashNow('n1', loseAll);
    const { disk } = cluster.at('n1');
    const file = disk.list().find((name) => name.startsWith(prefix))!;
    disk.flipBit(file, 20, 3);
    cluster.at('n1').start();
    invoke(cluster, 'output', 'j');
    cluster.queue.run(100);
    expect(cluster.halted('n1')).toBe(`${file}: damaged record at byte 0`);
  });

  test('whose disk fails halts', async () => {
    const cluster = startJobs();
    await cluster.trouble('n1', { kind: 'fail' });
    invoke(cluster, 'run', 'j', JOB);
    cluster.queue.run(100);
    expect(cluster.halted('n1')).toContain('the disk failed');
  });
});

describe('a module of the user’s', () => {
  const job: Json = { ...(JOB as object), kind: 'module' } as Json;

  test('runs as any other job', () => {
    addModule('lengths', {
      map: (line: string, _split: number, _number: number, emit: (key: string, value: Json) => void) => {
        for (const word of line.split(' ')) emit(String(word.length), word);
      },
      reduce: (_key: string, values: readonly Json[], emit: (text: string) => void) => emit(values.join(' ')),
    });
    const cluster = startJobs({ options: { module: 'lengths' } });
    expect(answered(cluster, invoke(cluster, 'run', 'j', job)).type).toBe('ok');
    expectRight(cluster, 'j', job);
  });

  test.each<[string, unknown]>([
    [
      'map',
      {
        map: () => {
          throw new Error('boom');
        },
        reduce: () => undefined,
      },
    ],
    [
      'reduce',
      {
        map: (line: string, _s: number, _n: number, emit: (key: string, value: Json) => void) =>
          emit(line, 1),
        reduce: () => {
          throw new Error('boom');
        },
      },
    ],
  ])('that throws in %s ends its job, and no worker', (where, module) => {
    addModule(`throws in ${where}`, module);
    const cluster = startJobs({ options: { module: `throws in ${where}` } });
    expect(answered(cluster, invoke(cluster, 'run', 'j', job))).toMatchObject({
      type: 'ok',
      value: { failed: 'Error: boom' },
    });
    expect(answered(cluster, invoke(cluster, 'run', 'k', JOB)).type).toBe('ok');
    expectRight(cluster, 'k');
    expect(outputs(cluster, 'j', job).sequential).toEqual({ failed: 'Error: boom' });
    // Also after a restart.
    cluster.crashNow('n1', () => ({ operations: 0, torn: 0 }));
    cluster.at('n1').start();
    expect(outputs(cluster, 'j', job).found).toEqual({ failed: 'Error: boom' });
  });
});
