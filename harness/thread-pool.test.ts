import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { threadPool } from './thread-pool.ts';

test('a thread loads no ES module with `require`, in which its end would abort the process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-threads-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'required.mjs');
  await writeFile(
    file,
    `import { createRequire } from 'node:module';
     export default (task) => ({ task, required: Object.keys(createRequire(import.meta.url).cache) });`,
  );
  const pool = threadPool(pathToFileURL(file), 1, 2 ** 26);
  onTestFinished(() => pool.destroy());
  const { task, required } = (await pool.run('a task')) as { task: string; required: string[] };
  expect(task).toBe('a task');
  expect(required.some((name) => name.endsWith('thread.cjs'))).toBe(true);
  expect(required).not.toContain(file);
});
