/** `faultline schema [plan|verdict]`: JSON Schemas, for editors and for whoever reads verdicts. */
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { loadCatalogue, planJsonSchema } from '../plan/index.ts';
import { runVerdictSchema } from '../store/verdict.ts';

export function schemaCommand(): Command {
  return new Command('schema')
    .description('JSON Schema of a plan, or of a verdict.json')
    .addArgument(new Argument('[what]').choices(['plan', 'verdict']).default('plan'))
    .addHelpText(
      'after',
      '\nExamples:\n  faultline schema > plans/plan.schema.json\n  faultline schema verdict',
    )
    .action(async (what: 'plan' | 'verdict') => {
      const schema =
        what === 'plan' ? planJsonSchema(await loadCatalogue()) : z.toJSONSchema(runVerdictSchema);
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
