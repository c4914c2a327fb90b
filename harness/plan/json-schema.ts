/** The JSON Schema of a plan, for editors: fields, units, defaults, and what each is for. */
import { z } from 'zod';
import { SYSTEM_PATH } from '../hosts/system.ts';
import type { Catalogue } from './catalogue.ts';
import { ROLE } from './fields.ts';
import { planSchema } from './schema.ts';

/** With a catalogue, editors also complete the names of systems, workloads and roles. */
export function planJsonSchema(catalogue?: Catalogue) {
  const { system, workload } = planSchema.shape;
  const names = new Map<z.core.$ZodType, readonly string[]>();
  if (catalogue !== undefined) {
    names.set(system.shape.name, Object.keys(catalogue.systems));
    names.set(workload.shape.name, Object.keys(catalogue.workloads));
  }
  const roles = Object.values(catalogue?.systems ?? {}).flatMap((known) => known.roles);
  const schema = z.toJSONSchema(planSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const known = names.get(zodSchema);
      if (known !== undefined && zodSchema === system.shape.name) {
        // A path names a system of the user's own.
        jsonSchema.anyOf = [{ enum: [...known] }, { type: 'string', pattern: SYSTEM_PATH.source }];
      } else if (known !== undefined) jsonSchema.enum = [...known];
      if (catalogue === undefined || jsonSchema.anyOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.anyOf.map((one) =>
        typeof one === 'object' && one.pattern === ROLE.source
          ? { type: 'string' as const, enum: [...new Set(roles)].sort() }
          : one,
      );
    },
  });
  return { title: 'Faultline plan', ...schema };
}
