/** What an effect says of a step, to hold it against the step itself. */
import { ILLEGAL, type Effect, type Illegal, type Model } from '../model.ts';

export function resultOf<S>(
  model: Model<S>,
  effect: Exclude<Effect<S>, { kind: 'update' }>,
  from: S,
): S | Illegal {
  const is = (other: S): boolean => model.equal!(from, other);
  switch (effect.kind) {
    case 'noop':
      return from;
    case 'read':
      return is(effect.state) ? from : ILLEGAL;
    case 'reject':
      return is(effect.state) ? ILLEGAL : from;
    case 'write':
      return effect.state;
    case 'cas':
      return is(effect.from) ? effect.to : ILLEGAL;
    case 'attempt':
      return is(effect.from) ? effect.to : from;
  }
}

export function same<S>(model: Model<S>, a: S | Illegal, b: S | Illegal): boolean {
  if (a === ILLEGAL || b === ILLEGAL) return a === b;
  return model.equal!(a, b);
}
