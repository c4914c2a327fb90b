/**
 * The transcripts in `transcripts/`, compared exactly. After a change that is meant to change them, run
 * with UPDATE_TRANSCRIPTS=1 and review the difference.
 *
 * A transcript is made of blocks: command lines, `----`, and what they did. `#` begins a comment.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Transcript } from './testing/transcript.ts';

const folder = new URL('./transcripts/', import.meta.url);

/** The same text with the outputs as they are now. */
function played(text: string): string {
  const transcript = new Transcript();
  return text
    .trimEnd()
    .split(/\n\n+/)
    .map((block) => {
      const commands = block.split('\n----')[0]!;
      const lines = commands.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      if (lines.length === 0) return commands;
      return [commands, '----', ...lines.flatMap((line) => transcript.run(line))].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

test.each(readdirSync(folder))('%s', (name) => {
  const file = new URL(name, folder);
  const text = readFileSync(file, 'utf8');
  const now = played(text);
  if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, now);
  else expect(now).toBe(text);
});
