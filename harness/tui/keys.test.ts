import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keyNames } from './keys.ts';

const NONE: Key = {
  ...{ upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false },
  ...{ pageUp: false, home: false, end: false, return: false, escape: false, ctrl: false, shift: false },
  ...{ tab: false, backspace: false, delete: false, meta: false, super: false, hyper: false },
  ...{ capsLock: false, numLock: false },
};

test.each<readonly [string, string, Partial<Key>, readonly string[]]>([
  ['a character', 'p', {}, ['p']],
  ['an arrow', '', { upArrow: true }, ['up']],
  ['back through the panels', '', { tab: true, shift: true }, ['shift-tab']],
  ['ctrl-c', 'c', { ctrl: true }, ['ctrl-c']],
  ['two keys before they were read', '2\r', {}, ['2', 'return']],
  ['a key and ctrl-c', 'p\x03', {}, ['p', 'ctrl-c']],
  ['what is pasted is no keys', 'every word of it', {}, []],
])('%s', (_, input, key, names) => expect(keyNames(input, { ...NONE, ...key })).toEqual(names));
