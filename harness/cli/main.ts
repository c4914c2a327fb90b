#!/usr/bin/env node
/** The command line: one file a command; here only what they share. */
import { Command, CommanderError } from 'commander';
import { version } from '../runner/environment.ts';
import { checkCommand } from './check.ts';
import { respectNoColour } from './colours.ts';
import { completeCommand } from './complete.ts';
import { doctorCommand } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import { exploreCommand } from './explore.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect.ts';
import { listCommand } from './list.ts';
import { printable } from './printable.ts';
import { repeatCommand } from './repeat.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { shrinkCommand, shrinkFound } from './shrink.ts';
import { validateCommand } from './validate.ts';

respectNoColour(process.env);

const program = new Command('faultline')
  .description('Does your distributed system keep its promise when things break?')
  .version(version())
  .showHelpAfterError('(faultline --help, or faultline COMMAND --help, shows what there is)')
  .showSuggestionAfterError(true)
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  faultline run plans/raft-kv.yaml            run a plan, get a verdict
  faultline run plans/bugs/*/*.yaml             each seeded bug must be found
  faultline explore plans/explore/raft-kv.yaml   thousands of variations of it, simulated
  faultline check results/latest              judge a recorded run again
  faultline inspect                           look into runs: ops, faults, the counterexample
  faultline replay results/latest             the same operations and faults again
  faultline shrink results/latest             the smallest plan that fails as the run did
  faultline list bugs                         what can be switched on
  faultline doctor                            what this machine can do
  faultline init demo                         a system and plans of your own to start from

Exit codes: 0 as expected, 1 violation (or an expected one did not show), 2 unknown,
130 interrupted, 254 bad arguments or plan, 255 the harness failed.`,
  );

for (const command of [
  runCommand(),
  checkCommand(),
  exploreCommand(shrinkFound),
  replayCommand(),
  inspectCommand(),
  reportCommand(),
  repeatCommand(),
  shrinkCommand(),
  validateCommand(),
  listCommand(),
  schemaCommand(),
  initCommand(),
  doctorCommand(),
  completeCommand(() => program),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

// Whoever reads our output may have seen enough (`| head`): a run goes on, and its exit code counts.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong, and gives the exit code. A bug of ours keeps its stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.met : EXIT.usage; // commander has said it
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const known =
    error instanceof Error &&
    ('code' in error || error.name.endsWith('WriteError') || error.name.endsWith('FormatError'));
  process.stderr.write(`faultline: ${printable(known ? (error as Error).message : text)}\n`);
  return EXIT.harness;
}
