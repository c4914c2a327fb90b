import { afterEach, expect, it } from 'vitest';
import { Terminal } from './terminal.ts';

const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

function shell(script: string, size = { columns: 40, rows: 5 }): Terminal {
  const terminal = new Terminal('/bin/sh', ['-c', script], size);
  open.push(terminal);
  return terminal;
}

it('shows the screen, not what was written to make it', async () => {
  const terminal = shell(`printf 'first\\033[2J\\033[Hsecond'; read answer; echo "got $answer"; exit 3`);
  expect(await terminal.until('second')).not.toContain('first');
  expect(terminal.raw()).toContain('first');
  terminal.type('yes\r');
  await terminal.until('got yes');
  expect(await terminal.exited).toBe(3);
  expect(terminal.lines()).toHaveLength(5);
});

it('has the size that it was given, and may be resized', async () => {
  const terminal = shell(`trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done`);
  await terminal.until('5 40');
  terminal.resize(60, 7);
  await terminal.until('7 60');
});

it('says what was on the screen when what was waited for never came', async () => {
  const terminal = shell('echo something else');
  await expect(terminal.until('the thing')).rejects.toThrow(/never showed the thing[^]*something else/);
});
