/** A value of a system's option, from a plan's text to what the system gets. */
import type { OptionSpec } from '../../systems/contract.ts';
import { parseDuration } from './units.ts';

/** Of a value that was checked; durations in ms. */
export function optionValue(given: string | number | boolean, spec: OptionSpec): number | boolean {
  if (spec.kind === 'duration') {
    const parsed = parseDuration(given, spec);
    return 'value' in parsed ? parsed.value : spec.default;
  }
  return typeof given === 'string' ? spec.default : given;
}
