/** `NO_COLOR` (no-color.org), which chalk leaves to whoever uses it: set to anything, there are no colours. */
import chalk, { chalkStderr } from 'chalk';

export function respectNoColour({ NO_COLOR, FORCE_COLOR }: NodeJS.ProcessEnv): void {
  if ((NO_COLOR ?? '') === '' || FORCE_COLOR !== undefined) return;
  chalk.level = 0;
  chalkStderr.level = 0;
}
