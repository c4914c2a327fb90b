/**
 * Every model and every algorithm on random small histories against the definition, for as long as one
 * likes: `node dist/testing/soak.js [SECONDS] [SEED]` after a build. Exits 1 with the smallest failing
 * history.
 */
import { fileURLToPath } from 'node:url';
import { checkOperations } from '../check.ts';
import type { Model, Verdict } from '../model.ts';
import { models } from '../models/models.ts';
import { online } from '../online/online.ts';
import type { AlgorithmName } from '../result.ts';
import { isLinearizable } from './brute-force.ts';
import { drawing } from './drawing.ts';
import { eventsOf } from './events.ts';
import { modelOf, randomHistory, type SmallHistory } from './histories.ts';
import { Random } from './random.ts';

export interface Comparison {
  /** By definition. */
  readonly expected: Verdict;
  readonly found: Verdict;
  /** Which algorithm found it; the first that was wrong, if one was. */
  readonly by: string;
}

type Decide = (model: Model, history: SmallHistory) => Verdict | 'inapplicable';

/** The one that a user gets. */
const CHOSEN: Readonly<Record<string, Decide>> = {
  auto: (model, history) => checkOperations(model, history).verdict,
};
const ALL: Readonly<Record<string, Decide>> = {
  ...CHOSEN,
  jit: by('jit'),
  general: by('general'),
  zones: by('zones'),
  distinct: by('distinct'),
  online(model, history) {
    const checker = online(model);
    for (const event of eventsOf(history)) checker.push(event);
    const { verdict } = checker.verdict();
    return verdict === 'unknown' ? 'inapplicable' : verdict;
  },
};

function by(algorithm: AlgorithmName): Decide {
  return (model, history) => {
    const { verdict, partitions } = checkOperations(model, history, { algorithm });
    const passes = partitions.some(({ reason }) => reason?.kind === 'inapplicable');
    return passes && verdict === 'unknown' ? 'inapplicable' : verdict;
  };
}

export function compare(name: string, history: SmallHistory, deciding = CHOSEN): Comparison {
  const model = modelOf(name);
  const expected = isLinearizable(model, history) ? 'valid' : 'invalid';
  for (const [by, decide] of Object.entries(deciding)) {
    const found = decide(model, history);
    if (found !== expected && found !== 'inapplicable') return { expected, found, by };
  }
  return { expected, found: expected, by: 'all' };
}

function disagree(name: string, history: SmallHistory): boolean {
  const { expected, found } = compare(name, history, ALL);
  return expected !== found;
}

/** Leaves out operations as long as the two still disagree. */
function smallest(name: string, history: SmallHistory): SmallHistory {
  const less = history.map((_, i) => history.toSpliced(i, 1)).find((shorter) => disagree(name, shorter));
  return less === undefined ? history : smallest(name, less);
}

export function explainDisagreement(name: string, history: SmallHistory): string {
  const small = smallest(name, history);
  const { expected, found, by } = compare(name, small, ALL);
  return `${name}: ${expected} by definition, ${found} by ${by}\n${drawing(modelOf(name), small)}`;
}

function main(seconds: number, seed: number): number {
  process.stdout.write(`seed ${seed}\n`);
  const random = new Random(seed);
  const counts = new Map(Object.keys(models).map((name) => [name, { all: 0, invalid: 0 }]));
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const [name, count] of counts) {
      for (let i = 0; i < 100; i++) {
        const history = randomHistory(name, random);
        const { expected, found } = compare(name, history, ALL);
        if (expected !== found) {
          process.stdout.write(`${explainDisagreement(name, history)}\n`);
          return 1;
        }
        count.all++;
        if (found === 'invalid') count.invalid++;
      }
    }
  }
  const total = [...counts.values()].reduce((sum, { all }) => sum + all, 0);
  process.stdout.write(`${total} histories by ${Object.keys(ALL).join(', ')}\n`);
  for (const [name, { all, invalid }] of counts) {
    process.stdout.write(`${name.padEnd(18)} ${all} histories, ${invalid} invalid, no disagreement\n`);
  }
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(Number(process.argv[2] ?? 60), Number(process.argv[3] ?? Date.now() % 2 ** 31));
}
