/**
 * `npm run bench:report`: the report of a run of 100,000 operations: how long it takes to write, how large it
 * is, and when a browser first shows something of it, where there is a browser.
 */
import { execa } from 'execa';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { loadCatalogue, loadPlan } from '../harness/plan/index.ts';
import { reportOf } from '../harness/report/run-report.ts';
import { runPlan } from '../harness/runner/run.ts';
import { RunFolder } from '../harness/store/run-folder.ts';

const PLAN = 'plans/bugs/raft-kv/stale-read.yaml';
const ROUNDS = 5;
/** Waited for by the page itself: its policy allows no code that is made from text, as a poll would be. */
const FIRST_PAINT = `new Promise((resolve) =>
  new PerformanceObserver((list) => {
    const [entry] = list.getEntriesByName('first-contentful-paint');
    if (entry) resolve(entry.startTime);
  }).observe({ type: 'paint', buffered: true }))`;

mkdirSync('results', { recursive: true });
const out = mkdtempSync(join('results', 'bench-'));
try {
  const loaded = loadPlan(
    PLAN,
    {
      host: 'sim',
      seed: '1',
      time: '110s',
      set: ['onViolation=continue', 'workload.rate=1000/s', 'workload.keys=50'],
    },
    await loadCatalogue(),
  );
  if ('problems' in loaded) throw new Error(loaded.problems[0]!.message);
  const { folder: path, verdict } = await runPlan(loaded.plan, {
    out,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    reproduce: () => [],
  });
  const folder = new RunFolder(path);
  const times: number[] = [];
  let html = '';
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    html = await reportOf(folder);
    folder.write(join(path, 'report.html'), html);
    times.push(performance.now() - begin);
  }
  console.log(`${verdict.ops} operations, ${verdict.verdict}`);
  console.log(`written in         ${median(times).toFixed(0)} ms   goal: under 3,000 ms`);
  console.log(`size               ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB  goal: under 5 MB`);
  const painted = await firstPaint(join(path, 'report.html'));
  console.log(
    painted === undefined
      ? 'no browser here'
      : `first paint        ${painted.toFixed(0)} ms   goal: under 1,000 ms`,
  );
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** ms from the navigation on; undefined where there is no browser. */
async function firstPaint(file: string): Promise<number | undefined> {
  const { stdout } = await execa('which', ['chromium', 'chromium-browser', 'google-chrome'], {
    reject: false,
  });
  const executablePath = stdout.split('\n')[0];
  if (executablePath === undefined || executablePath === '') return undefined;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const paints: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href);
      paints.push(await page.evaluate<number>(FIRST_PAINT));
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return median(paints);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
