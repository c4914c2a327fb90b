import { ILLEGAL, type Model } from '../index.ts';

/** A thermostat: `warmer` and `colder` by one degree, and `look`, which answers the temperature. */
export const thermostat: Model<number, 'warmer' | 'colder' | 'look', number> = {
  name: 'thermostat',
  init: () => 20,
  step(state, input, output) {
    if (input === 'warmer') return state + 1;
    if (input === 'colder') return state - 1;
    return output === undefined || output === state ? state : ILLEGAL;
  },
};
