/** The JSON Schema of a plan, for editors: fields, units, defaults, and what each is for. */
import { z } from 'zod';
import type { Catalogue } from './catalogue.ts';
import { planSchema } from './schema.ts';

/** With a catalogue, editors also complete the names of systems and workloads. */
export function planJsonSchema(catalogue?: Catalogue) {
  const { system, workload } = planSchema.shape;
  const names = new Map<z.core.$ZodType, readonly string[]>();
  if (catalogue !== undefined) {
    names.set(system.shape.name, Object.keys(catalogue.systems));
    names.set(workload.shape.name, Object.keys(catalogue.workloads));
  }
  const schema = z.toJSONSchema(planSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const known = names.get(zodSchema);
      if (known !== undefined) jsonSchema.enum = [...known];
    },
  });
  return { title: 'Faultline plan', ...schema };
}
