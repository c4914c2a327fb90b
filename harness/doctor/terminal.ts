/** What the terminal can show. Nothing depends on it: elsewhere there are plain lines. */
import type { Finding } from './finding.ts';

/** Smaller than this the dashboard has no room. */
const LEAST = { columns: 80, rows: 24 };

export async function terminal(): Promise<readonly Finding[]> {
  const { stdout, env } = process;
  const name = 'terminal';
  if (!stdout.isTTY) return [{ name, state: 'note', found: 'none: plain lines are written' }, unicode()];
  const depth = stdout.getColorDepth();
  const colours = env['NO_COLOR']
    ? 'none, by NO_COLOR'
    : depth === 1
      ? 'none'
      : depth >= 24
        ? 'all'
        : String(2 ** depth);
  const found = `${stdout.columns} × ${stdout.rows}; colours: ${colours}${env['CI'] ? '; CI is set: plain lines' : ''}`;
  const small = stdout.columns < LEAST.columns || stdout.rows < LEAST.rows;
  const hint = `small: ${LEAST.columns} × ${LEAST.rows} or more shows everything`;
  return [{ name, state: small ? 'poor' : 'ok', found, ...(small && { hint }) }, unicode()];
}

function unicode(): Finding {
  const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '';
  if (process.platform === 'win32' || process.platform === 'darwin' || /utf-?8/i.test(locale)) {
    return { name: 'characters', state: 'ok', found: locale === '' ? 'Unicode' : locale };
  }
  const hint = 'set LANG=C.UTF-8 if marks such as ✓ and ▼ look odd';
  return { name: 'characters', state: 'note', found: `the locale is ${locale || 'not set'}`, hint };
}
