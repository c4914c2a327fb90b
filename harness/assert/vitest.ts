/**
 * `import 'faultline/vitest'` in a test, or in vitest's `setupFiles`:
 *
 *   await expect(history).toBeLinearizable('register');
 *
 * vitest is the user's own. It is no optional peer dependency of this package, as npm 10 fails to install a
 * tarball that has it as one.
 */
import { expect } from 'vitest';
import {
  judgeHistory,
  type GivenHistory,
  type GivenModel,
  type LinearizableOptions,
} from './linearizable.ts';

export { runPlan } from './run.ts';

interface Linearizability<R> {
  /** A matcher that is awaited. What could not be decided is not linearizable, and not `not` linearizable either. */
  toBeLinearizable(model?: GivenModel, options?: LinearizableOptions): Promise<R>;
}

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- as vitest declares it
  interface Assertion<T = any> extends Linearizability<T> {}
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface AsymmetricMatchersContaining extends Linearizability<unknown> {}
}

expect.extend({
  async toBeLinearizable(history: GivenHistory, model?: GivenModel, options?: LinearizableOptions) {
    const { verdict, message } = await judgeHistory(history, model, options);
    // Where nothing was decided, neither the matcher nor its opposite holds.
    const pass = verdict === 'unknown' ? this.isNot === true : verdict === 'valid';
    return { pass, message: () => message, actual: verdict, expected: this.isNot ? 'invalid' : 'valid' };
  },
});
