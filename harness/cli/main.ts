#!/usr/bin/env node
/** The command line: one file a command; here only what they share. */
import { Command, CommanderError } from 'commander';
import { version } from '../runner/environment.ts';
import { respectNoColour } from './colours.ts';
import { EXIT } from './exit-codes.ts';
import { printable } from './printable.ts';

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

/** In the order of the help. Each is loaded when it is asked for: all of them take half a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  explore: async () => {
    const { shrinkFound } = await import('./shrink.ts');
    return (await import('./explore.ts')).exploreCommand(shrinkFound);
  },
  replay: async () => (await import('./replay.ts')).replayCommand(),
  inspect: async () => (await import('./inspect.ts')).inspectCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  repeat: async () => (await import('./repeat.ts')).repeatCommand(),
  shrink: async () => (await import('./shrink.ts')).shrinkCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  init: async () => (await import('./init.ts')).initCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  complete: async () => (await import('./complete.ts')).completeCommand(() => program),
};

const asked = process.argv[2] ?? '';
// Help, suggestions and completion speak of all of them.
const needed = Object.hasOwn(COMMANDS, asked) && asked !== 'complete' ? [asked] : Object.keys(COMMANDS);
for (const name of needed) {
  program.addCommand((await COMMANDS[name]!()).copyInheritedSettings(program));
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
