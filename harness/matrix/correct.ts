/** Many seeds of a correct system, by each of its swarms: none may violate anything or stand still. */
import { relative } from 'node:path';
import { explore } from '../explore/explore.ts';
import { spaceOf } from '../explore/space.ts';
import { formatProblems, loadPlan } from '../plan/index.ts';
import { subSeed } from '../runner/seeds.ts';
import { BadPlan, type Swarm } from './agenda.ts';
import type { CorrectRow } from './rows.ts';
import type { SearchOptions } from './search.ts';

export async function correctSeeds({ system, file }: Swarm, options: SearchOptions): Promise<CorrectRow> {
  const { jobs, seeds, duration, signal, threads, catalogue, folder, onSeeds } = options;
  const plan = relative(process.cwd(), file);
  const first = subSeed(options.seed, plan) >>> 0;
  const loaded = loadPlan(
    file,
    { host: 'sim', seed: first, set: ['system.bugs=[]', 'expect=valid'] },
    catalogue,
  );
  if ('problems' in loaded) throw new BadPlan(formatProblems(loaded.problems));
  const begin = performance.now();
  const { tally, failures } = await explore(spaceOf(loaded.plan, catalogue), {
    runner: threads,
    ...{ first, seeds, duration, jobs, signal },
    steer: true,
    keepGoing: true,
    marks: {},
    save: (found) => relative(process.cwd(), folder.savePlan(found)),
    onSeed: (explored) => onSeeds(explored.tally.seeds),
  });
  const { valid, invalid, unknown, crashed, hung, virtual } = tally;
  return {
    ...{ system, plan, first, valid, unknown, invalid, virtual },
    seeds: tally.seeds,
    failed: crashed + hung,
    wall: performance.now() - begin,
    summaries: failures.groups.map(({ checker, summary }) => `${checker}: ${summary}`),
  };
}
