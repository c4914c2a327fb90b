/**
 * Random small histories of every model: what a correct object answered, with some answers changed in
 * most of them, so that a third is invalid, or so. Intervals overlap a lot, ends coincide; a sixth of
 * outcomes is unknown, and some answers are unknown of operations that did return.
 */
import { ILLEGAL, type Model, type Operation } from '../model.ts';
import { models } from '../models/models.ts';
import { domains, type Domain, type StepAnswer, type StepInput } from './domains.ts';
import type { Random } from './random.ts';

export type SmallHistory = readonly Operation<StepInput, StepAnswer>[];

/** The model that `randomHistory` has in mind, by its name. */
export function modelOf(name: string): Model {
  return models[name]!.make(domains[name]!.options);
}

interface Draft {
  readonly call: number;
  readonly return: number;
  /** When it takes effect; Infinity for never. */
  readonly at: number;
  readonly input: StepInput;
  readonly isTold: boolean;
}

export function randomHistory(name: string, random: Random, most = 6): SmallHistory {
  const domain = domains[name]!;
  const drafts = Array.from({ length: random.int(most) + 1 }, () => draft(domain, random));
  const answers = answersOfCorrect(modelOf(name), drafts, domain, random);
  const lies = random.int(4) === 0 ? 0 : 0.5;
  return drafts.map((one, id): Operation<StepInput, StepAnswer> => {
    const { input, call } = one;
    const isKnown = one.return !== Infinity && one.isTold;
    const answer = random.real() < lies ? pick(domain.answers(input), random) : answers.get(one);
    return { id, process: id, input, output: isKnown ? answer : undefined, call, return: one.return };
  });
}

function draft(domain: Domain, random: Random): Draft {
  const call = random.int(16);
  const length = random.int(6);
  const isLost = random.int(6) === 0;
  const isNever = isLost && random.int(2) === 0;
  return {
    call,
    return: isLost ? Infinity : call + length,
    at: isNever ? Infinity : call + random.real() * (isLost ? 10 : length),
    input: pick(domain.inputs, random),
    isTold: random.int(20) > 0,
  };
}

/** By draft; a random answer where no answer is legal, as for the release of a lock that is free. */
function answersOfCorrect(
  model: Model,
  drafts: readonly Draft[],
  domain: Domain,
  random: Random,
): ReadonlyMap<Draft, StepAnswer> {
  const answers = new Map<Draft, StepAnswer>();
  let state = model.init();
  for (const one of [...drafts].sort((a, b) => a.at - b.at)) {
    const all = domain.answers(one.input);
    const next = (answer: StepAnswer): unknown => model.step(state, one.input, answer);
    const legal = all.filter((answer) => next(answer) !== ILLEGAL);
    const answer = pick(legal.length > 0 ? legal : all, random);
    answers.set(one, answer);
    if (legal.length > 0 && one.at !== Infinity) state = next(answer);
  }
  return answers;
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.int(values.length)]!;
}
