/** Which of a system's seeded bugs are switched on. */
import type { SystemConfig } from './contract.ts';

/** Of `known`, those that `names` has. Throws for one that the system does not have. */
export function chosenBugs<Bug extends string>(
  system: string,
  known: { readonly [bug in Bug]: string },
  names: SystemConfig['bugs'],
): ReadonlySet<Bug> {
  const all = Object.keys(known) as Bug[]; // what it was declared with
  return new Set(
    names.map((name) => {
      const bug = all.find((one) => one === name);
      if (bug === undefined) throw new Error(`${system} has no seeded bug '${name}'`);
      return bug;
    }),
  );
}
