/**
 * A view that has the whole terminal until it is closed: Ink gives it its keys and its life, `painter.ts`
 * draws it. The view itself knows neither: it turns its state into lines, and keys into state.
 */
import { render, useInput, useStdout } from 'ink';
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { keyName, type KeyName } from './keys.ts';
import { Painter } from './painter.ts';
import { fit, type Line } from './spans.ts';
import { ansi } from './theme.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface View {
  /** At most `rows` lines; those that are too long are cut off. */
  frame(size: Size): readonly Line[];
  key(name: KeyName): void;
  /** Calls `changed` when there is something new to show, as often as it is to be drawn. */
  readonly subscribe: (changed: () => void) => () => void;
  /** Another one whenever there is something new. */
  readonly version: () => number;
}

export interface FullScreen {
  /** Gives the terminal back; may be called twice. */
  close(): void;
}

/**
 * Takes the terminal of `process.stdout` and `process.stdin`, which must be one. `onBroken` hears of a frame
 * that could not be made.
 */
export function openFullScreen(view: View, onBroken: (error: unknown) => void): FullScreen {
  const painter = new Painter(process.stdout);
  painter.enter();
  // `debug` is Ink's way of drawing nothing of its own but what is rendered, which here is nothing.
  const options = { debug: true, exitOnCtrlC: false, patchConsole: false };
  const ink = render(<Screen view={view} painter={painter} onBroken={onBroken} />, options);
  return {
    close() {
      ink.unmount();
      painter.leave();
    },
  };
}

interface ScreenProps {
  readonly view: View;
  readonly painter: Painter;
  readonly onBroken: (error: unknown) => void;
}

function Screen({ view, painter, onBroken }: ScreenProps): null {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  const version = useSyncExternalStore(view.subscribe, view.version);
  useInput((input, key) => {
    const name = keyName(input, key);
    if (name !== undefined) view.key(name);
  });
  useEffect(() => {
    const resized = (): void => {
      painter.clear();
      setSize(sizeOf(stdout));
    };
    stdout.on('resize', resized);
    return () => void stdout.off('resize', resized);
  }, [stdout, painter]);
  useLayoutEffect(() => {
    try {
      const lines = view.frame(size).slice(0, size.rows);
      const blank = Array.from({ length: Math.max(0, size.rows - lines.length) }, (): Line => []);
      painter.draw([...lines, ...blank].map((line) => ansi(fit(line, size.columns))));
    } catch (error) {
      onBroken(error);
    }
  }, [view, painter, onBroken, size, version]);
  return null;
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}
