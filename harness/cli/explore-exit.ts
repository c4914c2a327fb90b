/** The exit code of an exploration. */
import type { ExplorationReport } from '../explore/report.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/**
 * Of a plan that expects a violation, one that was found, and that showed again, is success; that none was
 * found says something only where some seed was judged. Of any other plan a violation beats a harness that
 * failed, which beats seeds that never ended or that all were unknown.
 */
export function exploreExit({
  tally: { valid, invalid, crashed, hung },
  expect,
  interrupted,
  recorded,
}: Pick<ExplorationReport, 'tally' | 'expect' | 'interrupted' | 'recorded'>): ExitCode {
  if (interrupted) return EXIT.interrupted;
  if (expect === 'invalid') {
    if (invalid > 0) return recorded.every(({ confirmed }) => confirmed) ? EXIT.met : EXIT.harness;
    return valid > 0 ? EXIT.violated : crashed > 0 ? EXIT.harness : EXIT.unknown;
  }
  if (invalid > 0) return EXIT.violated;
  if (crashed > 0) return EXIT.harness;
  return hung > 0 || valid === 0 ? EXIT.unknown : EXIT.met;
}
