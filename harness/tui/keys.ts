/** Keys by name, as Ink tells them: a character is itself, the others have words. */
import type { Key } from 'ink';

export type KeyName = string;

/** More at once than anybody types is pasted, or sent by a mouse, and is no key. */
const MOST_AT_ONCE = 4;

/** Keys that were typed faster than they were read come together. */
export function keyNames(input: string, key: Key): readonly KeyName[] {
  const special = specialName(input, key);
  if (special !== undefined) return [special];
  const typed = [...input];
  if (typed.length > MOST_AT_ONCE) return [];
  return typed.map((char) => CONTROLS[char] ?? char);
}

/** Keys that are told as characters where others come with them. */
const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x03': 'ctrl-c',
  '\x1b': 'escape',
};

function specialName(input: string, key: Key): KeyName | undefined {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'return';
  if (key.escape) return 'escape';
  if (key.tab) return key.shift ? 'shift-tab' : 'tab';
  if (key.backspace || key.delete) return 'backspace';
  if (key.ctrl) return `ctrl-${input}`;
  return undefined;
}
