/** `faultline report [RUN]`: a run as one HTML file. */
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HistoryFormatError } from '../history/reader.ts';
import { NoRunError, reportOf } from '../report/run-report.ts';
import { RunFolder } from '../store/run-folder.ts';
import { EXIT } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { printable } from './printable.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('write a run as one HTML file that needs nothing else')
    .argument('[run]', "a run's folder", 'results/latest')
    .option('--out <file>', "where to; report.html in the run's folder otherwise")
    .addHelpText(
      'after',
      '\nExamples:\n  faultline report\n  faultline report results/raft-kv/2026-11-25T234426Z-1 --out report.html',
    )
    .action(async (run: string, { out }: { readonly out?: string }) => {
      process.exitCode = await report(run, out);
    });
}

async function report(run: string, out: string | undefined): Promise<number> {
  if (!existsSync(run)) {
    process.stderr.write(
      `faultline: no run at ${printable(run)}: run a plan first, or name a run's folder\n`,
    );
    return EXIT.usage;
  }
  const folder = new RunFolder(run);
  const file = out ?? join(folder.path, 'report.html');
  try {
    folder.write(file, await reportOf(folder));
  } catch (error) {
    if (error instanceof NoRunError || error instanceof HistoryFormatError) {
      process.stderr.write(`faultline: ${printable(error.message)}\n`);
      return EXIT.usage;
    }
    process.stderr.write(`${printable(explainFailure(error))}\n`);
    return EXIT.harness;
  }
  process.stdout.write(`${printable(relative(process.cwd(), file) || file)}\n`);
  return EXIT.met;
}
