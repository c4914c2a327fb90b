/** `faultline validate PLAN...`: checks plans without running them. */
import { chalkStderr } from 'chalk';
import { Command } from 'commander';
import { formatProblems, loadCatalogue, loadPlan, stringifyPlan } from '../plan/index.ts';
import { EXIT } from './exit-codes.ts';
import { addOverrideOptions, overridesOf, type OverrideOptions } from './overrides.ts';
import { printable } from './printable.ts';

export function validateCommand(): Command {
  const command = new Command('validate')
    .description('check plans without running anything')
    .argument('<plan...>', 'plan files (YAML)')
    .option('--resolved', 'print each plan with every default filled in')
    .option('--json', 'plans and problems as JSON on stdout');
  return addOverrideOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  faultline validate plans/*.yaml\n  faultline validate plans/raft-kv.yaml --resolved',
    )
    .action(async (files: string[], options: OverrideOptions & { json?: boolean; resolved?: boolean }) => {
      const overrides = overridesOf(options);
      const catalogue = await loadCatalogue(files, overrides);
      const loaded = files.map((file) => ({ file, ...loadPlan(file, overrides, catalogue) }));
      const problems = loaded.flatMap((one) => ('problems' in one ? one.problems : []));
      if (options.json) process.stdout.write(`${JSON.stringify(loaded, null, 2)}\n`);
      else {
        for (const one of loaded) {
          if (!('plan' in one)) continue;
          process.stdout.write(options.resolved ? stringifyPlan(one.plan) : `${printable(one.file)}: ok\n`);
        }
        process.stderr.write(problems.length > 0 ? formatProblems(problems, chalkStderr) : '');
      }
      process.exitCode = problems.length > 0 ? EXIT.usage : EXIT.met;
    });
}
