/**
 * What a matrix has to find: every seeded bug of every system, each by its own plan and by a swarm that knows
 * nothing of it but that it is there.
 *
 * A bug's own plan is `plans/bugs/<system>/<bug>.yaml`. Its swarm is that plan, where it has a section
 * `explore`; else the one in `plans/explore` whose `explore.finds` names it; else `plans/explore/<system>.yaml`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblems, loadPlan, type Catalogue, type HostName, type Plan } from '../plan/index.ts';
import { bugPlan } from '../plan/bug-plans.ts';

export interface Aim {
  readonly system: string;
  readonly bug: string;
  /** Plan files; undefined where nobody wrote one. */
  readonly own: string | undefined;
  readonly swarm: string | undefined;
  /** The host that its own plan is for. */
  readonly host: HostName | undefined;
}

/** A swarm over a system that is correct, with no bug switched on. */
export interface Swarm {
  readonly system: string;
  readonly file: string;
}

export interface Agenda {
  readonly aims: readonly Aim[];
  readonly swarms: readonly Swarm[];
}

/** A plan among those that are read does not hold what it should. */
export class BadPlan extends Error {
  override readonly name = 'BadPlan';
}

/** Throws `BadPlan`. */
export function agendaOf(plans: string, catalogue: Catalogue): Agenda {
  const explored = swarmsIn(join(plans, 'explore'), catalogue);
  const aims = Object.entries(catalogue.systems).flatMap(([system, { bugs }]) =>
    Object.keys(bugs).map((bug): Aim => {
      const own = bugPlan(system, bug, plans);
      const plan = own === undefined ? undefined : planIn(own, catalogue);
      const swarm = plan?.explore ? own : swarmFor(system, bug, explored, plans);
      return { system, bug, own, swarm, host: plan?.host };
    }),
  );
  const correct = explored.filter(({ plan }) => plan.expect === 'valid' && plan.system.bugs.length === 0);
  return { aims, swarms: correct.map(({ file, plan }) => ({ file, system: plan.system.name })) };
}

interface Explored {
  readonly file: string;
  readonly plan: Plan;
}

function swarmsIn(folder: string, catalogue: Catalogue): readonly Explored[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const file = join(folder, name);
    return { file, plan: planIn(file, catalogue) };
  });
}

function swarmFor(
  system: string,
  bug: string,
  explored: readonly Explored[],
  plans: string,
): string | undefined {
  const ofSystem = explored.filter(({ plan }) => plan.system.name === system);
  const made = ofSystem.find(({ plan }) => plan.explore?.finds?.includes(bug));
  const usual = ofSystem.find(({ file }) => file === join(plans, 'explore', `${system}.yaml`));
  return (made ?? usual)?.file;
}

function planIn(file: string, catalogue: Catalogue): Plan {
  const loaded = loadPlan(file, {}, catalogue);
  if ('problems' in loaded) throw new BadPlan(formatProblems(loaded.problems));
  return loaded.plan;
}
