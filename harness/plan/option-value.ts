/** A value of a system's option, from a plan's text to what the system gets. */
import type { OptionSpec, OptionValue } from '../../systems/contract.ts';
import { parseDuration } from './units.ts';

/** Of a value that was checked; durations in ms. */
export function optionValue(given: OptionValue, spec: OptionSpec): OptionValue {
  if (spec.kind === 'duration') {
    const parsed = parseDuration(given, spec);
    return 'value' in parsed ? parsed.value : spec.default;
  }
  if (spec.kind === 'choice' || spec.kind === 'text') return typeof given === 'string' ? given : spec.default;
  return typeof given === 'string' ? spec.default : given;
}
