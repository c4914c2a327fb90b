/**
 * A simulated run again: the same plan, seeds and version give the same history, byte for byte. So it is run
 * and compared, and any difference is a fault of Faultline's, unless another version made the recording.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Plan } from '../plan/index.ts';
import { version } from '../runner/environment.ts';
import { runPlan } from '../runner/run.ts';
import { RunFolder } from '../store/run-folder.ts';
import { runVerdictSchema } from '../store/verdict.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { plainPrinter } from './plain.ts';
import { shellWord } from './shell-words.ts';
import { elided } from './text.ts';
import { printable, printableLine } from './printable.ts';

export interface ExactOptions {
  readonly out: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly write: (line: string) => void;
}

interface Difference {
  /** From 1. */
  readonly line: number;
  /** Null where a history has ended. */
  readonly recorded: string | null;
  readonly now: string | null;
}

export async function replayExactly(run: RunFolder, plan: Plan, options: ExactOptions): Promise<ExitCode> {
  const { out, signal, json, write } = options;
  const recorded = readFileSync(run.history);
  const { folder, verdict } = await runPlan(plan, {
    out,
    signal,
    onEvent: plainPrinter(write),
    reproduce: (folder) => [`faultline replay ${shellWord(relative(process.cwd(), folder) || '.')}`],
  });
  if (signal.aborted) return EXIT.interrupted;
  const again = readFileSync(new RunFolder(folder).history);
  const difference = recorded.equals(again)
    ? null
    : firstDifference(recorded.toString('utf8'), again.toString('utf8'));
  const [made, now] = [madeBy(run), version()];
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ folder, identical: difference === null, difference, madeBy: made, verdict }, null, 2)}\n`,
    );
  }
  if (difference === null) {
    write('identical, byte for byte');
    return EXIT.met;
  }
  const side = (line: string | null): string =>
    line === null ? 'the history has ended' : printableLine(elided(line));
  write(`not the same: line ${difference.line} is the first that differs`);
  write(`  recorded:  ${side(difference.recorded)}`);
  write(`  now:       ${side(difference.now)}`);
  if (made !== undefined && made !== now) {
    write(
      `It was recorded by Faultline ${printable(made)}, and this is ${now}: only one and the same version repeats a run exactly.`,
    );
    return EXIT.unknown;
  }
  write(
    'The same version should repeat it exactly: a fault of Faultline’s, please report it with both folders.',
  );
  return EXIT.harness;
}

function firstDifference(recorded: string, now: string): Difference | null {
  const [before, after] = [recorded.split('\n'), now.split('\n')];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (before[i] !== after[i]) return { line: i + 1, recorded: before[i] ?? null, now: after[i] ?? null };
  }
  return null;
}

/** The version that recorded a run, where it says so. */
function madeBy(run: RunFolder): string | undefined {
  if (!existsSync(run.verdict)) return undefined;
  try {
    const read = runVerdictSchema.safeParse(JSON.parse(readFileSync(run.verdict, 'utf8')));
    return read.success ? read.data.environment['faultline'] : undefined;
  } catch {
    return undefined;
  }
}
