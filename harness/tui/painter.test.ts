import { expect, test } from 'vitest';
import { Painter } from './painter.ts';

function painted(): { readonly painter: Painter; readonly written: () => string[] } {
  let writes: string[] = [];
  const painter = new Painter({ write: (text) => writes.push(text) });
  return {
    painter,
    written: () => {
      const all = writes;
      writes = [];
      return all;
    },
  };
}

test('only lines that changed are written, all in one piece, and nothing where nothing changed', () => {
  const { painter, written } = painted();
  painter.enter();
  written();
  painter.draw(['one', 'two', 'three']);
  expect(written()).toEqual(['\x1b[?2026h\x1b[1;1Hone\x1b[2;1Htwo\x1b[3;1Hthree\x1b[?2026l']);
  painter.draw(['one', 'TWO', 'three']);
  expect(written()).toEqual(['\x1b[?2026h\x1b[2;1HTWO\x1b[?2026l']);
  painter.draw(['one', 'TWO', 'three']);
  expect(written()).toEqual([]);
  painter.clear();
  painter.draw(['one']);
  expect(written()).toEqual(['\x1b[2J', '\x1b[?2026h\x1b[1;1Hone\x1b[?2026l']);
  painter.leave();
});

test('the terminal is given back once, also when the process exits, and nothing is drawn after that', () => {
  const { painter, written } = painted();
  const before = process.listenerCount('exit');
  painter.enter();
  painter.enter();
  expect(written()).toEqual(['\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J']);
  const [onExit] = process.listeners('exit').slice(-1);
  onExit?.(1);
  expect(written()).toEqual(['\x1b[?7h\x1b[?25h\x1b[?1049l']);
  painter.leave();
  painter.draw(['late']);
  expect(written()).toEqual([]);
  expect(process.listenerCount('exit')).toBe(before);
});
