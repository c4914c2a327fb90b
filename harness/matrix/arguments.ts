/** What `npm run matrix` may be asked: parsed, checked, and with its defaults. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parseDuration, type Catalogue } from '../plan/index.ts';
import { nearest } from '../plan/nearest.ts';
import type { Aim } from './agenda.ts';

export const HELP = `npm run matrix -- [options]

Looks for every seeded bug of every system: by seeds of its own plan, simulated (plan) and on real processes
where the plan is for those (processes), and by a swarm that knows nothing of it (swarm).

  --system NAME   only this system's; may be given several times
  --bug NAME      only this bug; may be given several times
  --only WAY      plan, processes, swarm or correct; may be given several times
  --correct N     also N seeds of each correct system's swarms, which must all be clean
  --seed N        where seeds are drawn from; drawn at random and printed when not given
  --seeds N       seeds of a simulation for one bug and way, at most (20000)
  --tries N       runs on processes for one bug, at most (5)
  --for DURATION  begin nothing more for one bug and way after this (20m)
  --jobs N        threads (one a core)
  --out DIR       where results go (results/matrix)
  --json          the matrix as JSON on stdout, progress on stderr

Exit codes: 0 all found and nothing else, 1 not so, 130 interrupted, 254 bad arguments or plans.`;

const SECTIONS = ['plan', 'processes', 'swarm', 'correct'] as const;
export type Section = (typeof SECTIONS)[number];

export interface Arguments {
  readonly help: boolean;
  readonly isAsked: (aim: Pick<Aim, 'system' | 'bug'>) => boolean;
  /** None given: those of all bugs. */
  readonly systems: readonly string[];
  readonly sections: readonly Section[];
  readonly correct: number;
  readonly seed: number;
  readonly seeds: number;
  readonly tries: number;
  /** ms */
  readonly duration: number;
  readonly jobs: number;
  readonly out: string;
  readonly json: boolean;
}

/** The user's mistake, with what was expected. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

const CORRECT_SEEDS = '2000';

/** Throws `BadArguments`. */
export function argumentsFrom(argv: readonly string[], { systems }: Pick<Catalogue, 'systems'>): Arguments {
  const { values } = parsed(argv);
  const bugs = Object.values(systems).flatMap((system) => Object.keys(system.bugs));
  const known = (flag: string, names: readonly string[] = [], all: readonly string[]): readonly string[] => {
    for (const name of names) {
      if (all.includes(name)) continue;
      const near = nearest(name, all);
      throw new BadArguments(
        `--${flag}: unknown ${flag} ${name}; ${near === undefined ? `expected one of ${all.join(', ')}` : `did you mean ${near}?`}`,
      );
    }
    return names;
  };
  const onlySystems = known('system', values.system, Object.keys(systems));
  const onlyBugs = known('bug', values.bug, bugs);
  const only = known('only', values.only, SECTIONS);
  const sections = SECTIONS.filter((section) =>
    only.length > 0 ? only.includes(section) : section !== 'correct' || values.correct !== undefined,
  );
  const duration = parseDuration(values.for);
  if ('problem' in duration) throw new BadArguments(`--for: ${duration.problem}`);
  return {
    help: values.help,
    isAsked: ({ system, bug }) =>
      (onlySystems.length === 0 || onlySystems.includes(system)) &&
      (onlyBugs.length === 0 || onlyBugs.includes(bug)),
    systems: onlySystems.length > 0 ? onlySystems : Object.keys(systems),
    sections,
    correct: whole('correct', values.correct ?? CORRECT_SEEDS),
    seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed, 0),
    seeds: whole('seeds', values.seeds),
    tries: whole('tries', values.tries),
    duration: duration.value,
    jobs: whole('jobs', values.jobs),
    out: values.out,
    json: values.json,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        system: { type: 'string', multiple: true },
        bug: { type: 'string', multiple: true },
        only: { type: 'string', multiple: true },
        correct: { type: 'string' },
        seed: { type: 'string' },
        seeds: { type: 'string', default: '20000' },
        tries: { type: 'string', default: '5' },
        for: { type: 'string', default: '20m' },
        jobs: { type: 'string', default: String(availableParallelism()) },
        out: { type: 'string', default: 'results/matrix' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

function whole(flag: string, text: string, least = 1): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text);
  throw new BadArguments(`--${flag}: expected a whole number from ${least} on, found ${text}`);
}
