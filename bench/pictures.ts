/**
 * `npm run pictures`: the pictures in `docs/pictures/`, each of what a person sees: the dashboard while a run
 * goes on and when it finds a violation, in a real terminal; the report in a real browser.
 */
import { execaSync } from 'execa';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { svgOf } from '../harness/tui/testing/svg.ts';
import { Terminal } from '../harness/tui/testing/terminal.ts';

const FAULTLINE = fileURLToPath(new URL('../harness/cli/main.js', import.meta.url));
const PICTURES = join('docs', 'pictures');
const SIZE = { columns: 110, rows: 32 };

// Where a person's runs are: the place is in the picture.
const out = join('results', 'pictures');
rmSync(out, { recursive: true, force: true });
try {
  const args = ['run', 'plans/raft-kv.yaml', '--time', '20s', '--out', out];
  // Half-way, with a fault on.
  await picture(
    'dashboard',
    args,
    '\x03',
    (screen) => / 1\d\.\d of 20\.0 s/.test(screen) && / ✗ /.test(screen),
  );
  const bug = ['run', 'plans/bugs/raft-kv/stale-read.yaml', '--out', out];
  await picture('violation', bug, 's', (screen) => screen.includes('By then the key'));
  await report(join(out, 'bug-stale-read'));
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** The screen of a command as soon as it shows something; then `keys` end it. */
async function picture(
  name: string,
  args: readonly string[],
  keys: string,
  shows: (screen: string) => boolean,
): Promise<void> {
  const terminal = new Terminal(process.execPath, [FAULTLINE, ...args], SIZE);
  try {
    await terminal.until(shows, 120_000);
    const title = `faultline ${args.slice(0, 2).join(' ')}`;
    writeFileSync(join(PICTURES, `${name}.svg`), svgOf(terminal.runs(), { title, columns: SIZE.columns }));
    console.log(`${join(PICTURES, name)}.svg`);
    terminal.type(keys);
    await terminal.exited;
  } finally {
    terminal.close();
  }
}

/** The report of the newest run in `plan`, as a browser shows it. */
async function report(plan: string): Promise<void> {
  const executablePath = execaSync('which', ['chromium'], { reject: false }).stdout;
  if (executablePath === '') {
    console.log('no chromium here: the picture of the report stays as it is');
    return;
  }
  const run = join(plan, readdirSync(plan).sort().at(-1)!);
  execaSync(process.execPath, [FAULTLINE, 'report', run]);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1400 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(join(run, 'report.html')).href);
    await page.screenshot({ path: join(PICTURES, 'report.png') });
    console.log(join(PICTURES, 'report.png'));
  } finally {
    await browser.close();
  }
}
