/** What shrinking did, as data: `shrink.json` of the run's folder. */
import { sizeOf, type Size } from './failing.ts';
import type { Step } from './search.ts';
import type { Shrunk } from './shrink.ts';
import { violationText } from './violation.ts';

export interface ShrinkReport {
  readonly format: 1;
  /** What still shows, in the words of the checker. */
  readonly violation: string;
  readonly from: Size;
  readonly to: Size;
  /** Whether nothing more can be taken away, as far as was tried; else the time was over. */
  readonly minimal: boolean;
  /** Simulated runs. */
  readonly tried: number;
  /** Wall time, ms. */
  readonly elapsed: number;
  /** Those that got something, in order. */
  readonly steps: readonly Step[];
}

export function reportOf({
  violation,
  start,
  minimal,
  tried,
  elapsed,
  steps,
  smallest,
}: Shrunk): ShrinkReport {
  return {
    format: 1,
    violation: violationText(violation),
    from: sizeOf(start),
    to: sizeOf(smallest),
    minimal,
    tried,
    elapsed: Math.round(elapsed),
    steps,
  };
}
