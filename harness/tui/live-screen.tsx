/**
 * A screen with Ink: that reads the keys, keeps the view subscribed while it lives, and hands the
 * terminal's input back when it is over. What is drawn is the screen's (see `painter.ts` for why).
 */
import { render, useInput } from 'ink';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { keyNames } from './keys.ts';
import type { Screen } from './screen.ts';

/** Of a screen that is open. The result ends it. */
export function liveScreen(screen: Screen): () => void {
  // `debug` is Ink's way of drawing nothing of its own but what is rendered, which here is nothing.
  const options = { debug: true, exitOnCtrlC: false, patchConsole: false };
  const ink = render(<Live screen={screen} />, options);
  return () => ink.unmount();
}

function Live({ screen }: { readonly screen: Screen }): null {
  const { view } = screen;
  const version = useSyncExternalStore(view.subscribe, view.version);
  useInput((input, key) => {
    const names = keyNames(input, key);
    if (view.text !== undefined && names.length !== 1) view.text(input);
    else for (const name of names) view.key(name);
  });
  useLayoutEffect(() => screen.draw(), [screen, version]);
  return null;
}
