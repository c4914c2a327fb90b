/**
 * Tests protocols by transcripts that a person can read: each file of a folder is compared exactly. After a
 * change that is meant to change them, run with UPDATE_TRANSCRIPTS=1 and review the difference.
 *
 * A transcript is made of blocks: command lines, `----`, and what they did. `#` begins a comment.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Runs command lines, one after the other, on one cluster. */
export interface Player {
  /** What the command did, a line each. Throws for one that it does not know. */
  run(command: string): readonly string[];
}

/** A test for each transcript in `folder`, each played by a player of its own. */
export function testTranscripts(folder: URL, player: () => Player): void {
  test.each(readdirSync(folder))('%s', (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    const now = played(text, player());
    if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, now);
    else expect(now).toBe(text);
  });
}

/** The same text with the outputs as they are now. */
function played(text: string, player: Player): string {
  return text
    .trimEnd()
    .split(/\n\n+/)
    .map((block) => {
      const commands = block.split('\n----')[0]!;
      const lines = commands.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      if (lines.length === 0) return commands;
      return [commands, '----', ...lines.flatMap((line) => player.run(line))].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}
