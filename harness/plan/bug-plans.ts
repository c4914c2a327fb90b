/** Where the plan of a seeded bug is: `plans/bugs/<system>/<bug>.yaml`, as shipped with this package. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `plans` of the package, found from source and from the build alike; undefined without one. */
export function shippedPlans(): string | undefined {
  return ['../../plans', '../../../plans']
    .map((up) => fileURLToPath(new URL(up, import.meta.url)))
    .find((folder) => existsSync(folder));
}

/** The file; undefined where there is none. */
export function bugPlan(system: string, bug: string, plans = shippedPlans()): string | undefined {
  if (plans === undefined) return undefined;
  const file = join(plans, 'bugs', system, `${bug}.yaml`);
  return existsSync(file) ? file : undefined;
}
