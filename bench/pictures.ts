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
  const plan = ['run', 'plans/raft-kv.yaml', '--time', '20s', '--out', out];
  // Half-way, with a fault on.
  const isBroken = (screen: string): boolean => / 1\d\.\d of 20\.0 s/.test(screen) && / ✗ /.test(screen);
  await picture('dashboard', plan, [{ shows: isBroken, keys: '\x03' }]);
  const bug = ['run', 'plans/bugs/raft-kv/stale-read.yaml', '--out', out];
  await picture('violation', bug, [{ shows: 'By then the key', keys: 's' }]);
  const runs = join(out, 'bug-stale-read');
  const run = join(runs, readdirSync(runs).sort().at(-1)!);
  await picture(
    'inspector',
    ['inspect', run],
    [
      { shows: '[1 summary]', keys: '4' },
      { shows: 'not to scale', keys: '\x1b[D' },
      { shows: 'it could come next', keys: 'q' },
    ],
  );
  await report(run);
} finally {
  rmSync(out, { recursive: true, force: true });
}

interface Step {
  readonly shows: string | ((screen: string) => boolean);
  /** What is typed then. */
  readonly keys: string;
}

/** The screen of a command when the last step is reached; its keys end the command. */
async function picture(name: string, args: readonly string[], steps: readonly Step[]): Promise<void> {
  const terminal = new Terminal(process.execPath, [FAULTLINE, ...args], SIZE);
  try {
    for (const [at, { shows, keys }] of steps.entries()) {
      await terminal.until(shows, 120_000);
      if (at === steps.length - 1) {
        const title = `faultline ${args.slice(0, 2).join(' ')}`;
        writeFileSync(
          join(PICTURES, `${name}.svg`),
          svgOf(terminal.runs(), { title, columns: SIZE.columns }),
        );
        console.log(`${join(PICTURES, name)}.svg`);
      }
      terminal.type(keys);
    }
    await terminal.exited;
  } finally {
    terminal.close();
  }
}

/** The report of a run, as a browser shows it. */
async function report(run: string): Promise<void> {
  const executablePath = execaSync('which', ['chromium'], { reject: false }).stdout;
  if (executablePath === '') {
    console.log('no chromium here: the picture of the report stays as it is');
    return;
  }
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
