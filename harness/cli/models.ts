/**
 * Which model a history is held against: found by the functions it uses, and what each of them needs as
 * its argument, so that an op that the model cannot have is refused with its place.
 */
import { models } from 'porcupine-ts';
import { isClientOp, type Op } from '../history/op.ts';

/** What an invocation's value must be; of `any` the model itself is the judge. */
type Argument = 'none' | 'value' | 'text' | 'pair' | 'any';

type Functions = { readonly [f: string]: Argument };

/** Of the models that histories are mostly for. */
const COMMON: { readonly [model: string]: Functions } = {
  register: { read: 'none', write: 'value', cas: 'pair' },
  kv: { get: 'none', put: 'value', append: 'text', cas: 'pair', delete: 'none' },
};

/** By name. */
export const MODELS: { readonly [name: string]: Functions } = {
  ...Object.fromEntries(
    Object.values(models).map(({ name, functions }) => [
      name,
      Object.fromEntries(Object.keys(functions).map((f) => [f, 'any' as const])),
    ]),
  ),
  'cas-register': COMMON['register']!,
  ...COMMON,
};

/** The models that have all these functions: a common one, if it has; else all that have. */
export function modelsFor(functions: ReadonlySet<string>): readonly string[] {
  const having = (names: readonly string[]): readonly string[] =>
    names.filter((name) => [...functions].every((f) => Object.hasOwn(MODELS[name]!, f)));
  const common = having(Object.keys(COMMON));
  return common.length > 0 ? common : having(Object.keys(MODELS));
}

/** What is wrong with an op for a model, if anything. */
export function unfit(name: string): (op: Op) => string | undefined {
  const known = new Map(Object.entries(MODELS[name]!));
  return (op) => {
    if (!isClientOp(op)) return undefined;
    const argument = known.get(op.f);
    if (argument === undefined)
      return `expected a function of the model ${name} (${[...known.keys()].join(', ')}), but found ${op.f}`;
    if (op.type !== 'invoke' || argument === 'none' || argument === 'any') return undefined;
    if (op.value === undefined) return `expected a value for ${op.f} to work with, but found none`;
    if (argument === 'text' && typeof op.value !== 'string') return `expected a text for ${op.f}`;
    if (argument === 'pair' && !(Array.isArray(op.value) && op.value.length === 2))
      return `expected [expected, new] for ${op.f}, but found ${JSON.stringify(op.value).slice(0, 80)}`;
    return undefined;
  };
}
