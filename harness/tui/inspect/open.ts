/** The inspector on this terminal, until it is left. */
import { openFullScreen } from '../full-screen.ts';
import { Inspector } from './inspector.ts';
import type { Pane, Stage } from './pane.ts';

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/**
 * `first` makes the first pane; what it throws is thrown before the terminal is touched. Resolves when the
 * inspector was left: with the signal that ended it, if one did. Throws what a pane threw, once the terminal
 * is as it was.
 */
export async function openInspector(first: (stage: Stage) => Pane): Promise<NodeJS.Signals | undefined> {
  const ending: { finish?: (done: () => void) => void } = {};
  const inspector = new Inspector({
    send: (text) => void process.stdout.write(text),
    onClosed: () => ending.finish?.(() => undefined),
  });
  inspector.open(first(inspector));
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (done: () => void): void => {
      if (isOver) return;
      isOver = true;
      for (const signal of SIGNALS) process.off(signal, onSignal);
      screen.close();
      inspector.end();
      done();
    };
    const onSignal = (signal: NodeJS.Signals): void => finish(() => resolve(signal));
    ending.finish = () => finish(() => resolve(undefined));
    for (const signal of SIGNALS) process.on(signal, onSignal);
    // The first frame may be the broken one: `screen` is there only after it.
    const screen = openFullScreen(inspector, (error) =>
      queueMicrotask(() => finish(() => reject(error as Error))),
    );
  });
}
