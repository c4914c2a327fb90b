/** The page as a reader has it: in a real browser, where there is one. */
import { chromium, type Browser, type Page } from 'playwright-core';
import { execaSync } from 'execa';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportHtml } from './html.ts';
import type { ReportData } from './page/data.ts';

const found = execaSync('which', ['chromium', 'chromium-browser', 'google-chrome'], { reject: false });
const executablePath = found.stdout.split('\n')[0] ?? '';

/** Whatever of this becomes markup or runs leaves a trace. */
const WILD = `</script><script>window.ran = true</script><img src=x onerror="window.ran = true"><b id="planted">"'&\u001b[31m\u2028`;

function data(text: string): ReportData {
  const step = (operation: number | undefined, state: string, remaining: readonly number[]) => ({
    ...(operation !== undefined && { operation }),
    state,
    reachable: { states: [state], more: false },
    remaining: remaining.map((other) => ({ operation: other, possible: other !== 9, why: text })),
  });
  return {
    version: '0',
    plan: text,
    seed: 7,
    host: text,
    started: text,
    verdict: 'invalid',
    expect: 'valid',
    met: false,
    operations: 3,
    explanation: { pattern: text, sentences: [text, 'second'] },
    checks: [{ checker: text, verdict: 'invalid', summary: text }],
    counterexample: {
      key: text,
      of: 10,
      minimal: true,
      blocked: 9,
      operations: [
        { id: 1, end: 2, process: text, text: `first ${text}`, node: 'n1', from: 10, until: 20 },
        { id: 5, end: null, process: '2', text: 'second', node: text, from: 30, until: null },
        { id: 9, end: 10, process: '3', text: 'third', node: 'n1', from: 50, until: 60 },
      ],
      orders: [
        {
          steps: [step(undefined, 'nothing', [1, 5, 9]), step(1, `one ${text}`, [5, 9]), step(5, 'two', [9])],
        },
        { steps: [step(undefined, 'nothing', [1, 5, 9]), step(1, 'one', [5, 9])] },
      ],
    },
    series: {
      width: 100,
      buckets: Array.from({ length: 300 }, (_, at) => ({
        ok: at,
        fail: 1,
        info: 0,
        p50: 1,
        p99: at % 7 === 0 ? null : 9,
      })),
    },
    faults: [
      {
        name: text,
        targets: [text],
        about: text,
        from: 15,
        until: 40,
        ok: 1,
        fail: 2,
        info: 3,
        firstOk: null,
      },
    ],
    planText: text,
    environment: { [text]: text },
    reproduce: [text],
    logs: {
      n1: [
        { time: 12, text: `early ${text}` },
        { time: 500, text: 'late' },
      ],
      [text]: [{ time: 35, text }],
    },
  };
}

describe.runIf(executablePath !== '')('in a browser', () => {
  let folder: string;
  let browser: Browser;
  const complaints: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-page-'));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(text: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const file = join(folder, 'report.html');
    writeFileSync(file, reportHtml(data(text)));
    const page = await browser.newPage(options);
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('#timeline svg');
    return page;
  }

  test('what comes from a run stays text, and nothing is loaded or complained about', async () => {
    const page = await open(WILD);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(await page.locator('#planted').count()).toBe(0);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('.why .pattern').textContent()).toContain('<b id="planted">');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('steps back and forth, by buttons and by keys, in each order', async () => {
    const page = await open('plain');
    const state = page.locator('#state');
    expect(await state.textContent()).toBe('After op 5: second, it is two');
    expect(await page.locator('#later').isDisabled()).toBe(true);
    await page.click('#earlier');
    expect(await state.textContent()).toBe('After op 1: first plain, it is one plain');
    expect(await page.locator('#remaining li').allTextContents()).toEqual([
      'op 5: second plain',
      'op 9: third plain',
    ]);
    await page.focus('#timeline');
    await page.keyboard.press('ArrowLeft');
    expect(await state.textContent()).toBe('Before any of them, it is nothing');
    expect(await page.locator('#earlier').isDisabled()).toBe(true);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.bar.placed').count()).toBe(1);
    await page.selectOption('#orders', '1');
    expect(await state.textContent()).toBe('After op 1: first plain, it is one');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('zoom makes it wider, by time or by order; an operation shows its node’s log', async () => {
    const page = await open('plain');
    const width = async (): Promise<number> =>
      Number(await page.locator('#timeline svg').getAttribute('width'));
    const before = await width();
    await page.click('#zoom-in');
    expect(await width()).toBeGreaterThan(before);
    await page.click('#zoom-out');
    expect(await width()).toBe(before);
    await page.click('#scale');
    expect(await page.locator('#scale').textContent()).toBe('by order');
    await page.locator('.bar').first().press('Enter');
    expect(await page.locator('#logs summary').allTextContents()).toEqual(['n1 while op 1 went on: 1 lines']);
    expect(await page.locator('#logs pre').textContent()).toContain('early plain');
    await page.close();
  });

  test('fits a phone, in the dark', async () => {
    const page = await open('plain', { viewport: { width: 360, height: 640 }, colorScheme: 'dark' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(23, 23, 27)');
    await page.close();
  });
});
