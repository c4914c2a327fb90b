/** What a thread does with the plan of one seed: simulate it, and hand over only what became of it. */
import type { Plan } from '../plan/index.ts';
import { simulate } from '../runner/simulate.ts';
import { outcomeOf, type Judged } from './outcome.ts';

/** ms; a history that takes longer is `unknown`: another seed shows more in that time. */
const CHECK_TIMEOUT_MS = 10_000;

export default async function run(plan: Plan): Promise<Judged> {
  // Where a violation is expected, looking for it meanwhile ends the run early; where not, it costs a tenth.
  return outcomeOf(
    await simulate(plan, {
      watched: plan.expect === 'invalid',
      explained: false,
      checkTimeout: CHECK_TIMEOUT_MS,
    }),
  );
}
