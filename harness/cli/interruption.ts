/**
 * Ctrl-C and `kill`: the first ends the run early and cleanly (nodes gone, history closed, judged as
 * far as it got); the second ends the harness at once, and the supervisor sees to the nodes.
 */
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  dispose(): void;
}

export function interruption(write: (line: string) => void): Interruption {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    write(`\n${name}: ending the run; again to end at once`);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
