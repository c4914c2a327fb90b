/**
 * `verdict.json`: what was decided of a run and why, as data. Everything that shows a verdict is a view
 * of this.
 */
import { z } from 'zod';

const verdictWord = z.enum(['valid', 'invalid', 'unknown']);

export const runVerdictSchema = z.strictObject({
  format: z.literal(1).describe('Version of this format.'),
  plan: z.string().describe("The plan's name."),
  seed: z.number().int().describe('Fixes the decisions of the run: operations, faults, targets, times.'),
  host: z.string(),
  started: z.iso.datetime().describe('When the run started.'),
  verdict: verdictWord.describe('The worst of the checks: invalid beats unknown beats valid.'),
  expect: z.enum(['valid', 'invalid']).describe('What the plan said it should be.'),
  met: z.boolean().describe('Whether it was; also of an unknown that the plan lets pass.'),
  interrupted: z.boolean().describe('Whether the run was ended early.'),
  seen: z
    .strictObject({
      checker: z.enum(['linearizable', 'invariants']).prefault('linearizable'),
      key: z.string(),
      index: z.number().int().describe("Index of the operation's invocation, or of the look at a node."),
      description: z.string(),
    })
    .nullable()
    .describe('The first violation that was seen while the run went on; it ends a run.'),
  ops: z.number().int().describe('Client operations invoked.'),
  checks: z.array(
    z.strictObject({
      checker: z.string(),
      verdict: verdictWord,
      summary: z.string().describe('One line for people.'),
      details: z.json().describe("The checker's own findings."),
    }),
  ),
  explanation: z
    .strictObject({
      pattern: z.string().describe('The known way of failing that it is: stale read, lost write, …'),
      sentences: z.array(z.string()),
    })
    .nullable()
    .default(null)
    .describe('The violation in words; null where there is none, or nothing to say of it.'),
  environment: z.record(z.string(), z.string()).describe('Versions and machine, for whoever repeats it.'),
  reproduce: z.array(z.string()).describe('Commands that show it again, the closest first.'),
});

export type RunVerdict = z.infer<typeof runVerdictSchema>;
