/** The reference of a plan's fields, as Markdown, from the schema that plans are checked by: docs/plan-fields.md. */
import type { z } from 'zod';
import { planJsonSchema } from './json-schema.ts';

type Field = z.core.JSONSchema.BaseSchema;

/** Those of a plan's schema are mappings; what JSON Schema allows besides does not occur in it. */
function fieldOf(schema: Field | boolean | readonly (Field | boolean)[] | undefined): Field {
  return typeof schema === 'object' && !('length' in schema) ? schema : {};
}

/** Sections that are mappings of their own, in the order in which people write them. */
const SECTIONS = ['system', 'sim', 'workload', 'seeds', 'require', 'explore'] as const;

/** Throws where a field of the schema has no description: it could not be told of. */
export function planReference(): string {
  const plan: Field = planJsonSchema();
  const section = (name: string): Field => fieldOf(plan.properties?.[name]);
  const operation = fieldOf(fieldOf(section('workload').properties?.['operations']).items);
  return [
    '# The fields of a plan',
    '',
    'Made from the schema that plans are checked by, and by a test that fails where it is stale. [Plans](plan.md) says how they go together; `faultline schema` gives the same to editors.',
    '',
    'A **duration** is `150ms`, `2s`, `1.5m` or `1h`; a **rate** `500/s`, `10/m` or `max`; a **share** `5%` or `0.05`.',
    '',
    '## The plan',
    '',
    ...table(plan, ''),
    ...SECTIONS.flatMap((name) => [
      '',
      `## \`${name}\``,
      '',
      ...(section(name).description ? [section(name).description ?? '', ''] : []),
      ...table(section(name), name),
      ...nested(section(name), name),
      ...(name === 'workload'
        ? ['', '### `workload.operations`', '', ...table(operation, 'workload.operations')]
        : []),
    ]),
    '',
    '## `nemesis`',
    '',
    'A list of faults, each a mapping with `fault` and these. By default a fault comes `every` so often `for` so long.',
    ...faults(section('nemesis'), 'nemesis'),
    '',
    '## `schedule`',
    '',
    'A list of faults at exact times, in the place of `nemesis`: what a recorded or shrunk run has.',
    ...faults(section('schedule'), 'schedule'),
    '',
  ].join('\n');
}

/** Mappings inside of a section, but for those that are only bounds. */
function nested(field: Field, path: string): readonly string[] {
  return entriesOf(field).flatMap(([name, inner]) =>
    inner.properties === undefined || isRange(inner)
      ? []
      : ['', `### \`${path}.${name}\``, '', ...table(inner, `${path}.${name}`)],
  );
}

function faults({ items }: Field, path: string): readonly string[] {
  return optionsOf(fieldOf(items)).flatMap((fault) => {
    const { fault: given, ...properties } = fault.properties ?? {};
    const kind = fieldOf(given);
    const name = String(kind.const);
    return [
      '',
      `### \`fault: ${name}\``,
      '',
      `${sentence(kind.description)}`,
      '',
      ...table({ ...fault, properties }, `${path}.${name}`),
    ];
  });
}

function table(field: Field, path: string): readonly string[] {
  const { required = [] } = field;
  const rows = entriesOf(field).map(([name, field]) => {
    if (field.description === undefined) throw new Error(`${path}.${name} has no description`);
    const isNeeded = required.includes(name) && field.default === undefined;
    return `| \`${name}\` | ${cell(kindOf(field))} | ${cell(isNeeded ? '**needed**' : defaultOf(field))} | ${cell(sentence(field.description))} |`;
  });
  return ['| field | what it is | default | what for |', '| --- | --- | --- | --- |', ...rows];
}

function sentence(text = ''): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.:]$/.test(begun) ? begun : `${begun}.`;
}

function defaultOf({ default: value }: Field): string {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return value === undefined || isEmpty ? '' : `\`${plain(value)}\``;
}

function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${plain(inner)}`)
    .join(', ')} }`;
}

function kindOf(field: Field): string {
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (field.pattern !== undefined) return patternOf(field.pattern);
  const options = optionsOf(field);
  if (options.length > 0) {
    if (
      options.some(({ const: word }) => word === 'partition') ||
      options.some(({ properties }) => properties?.['fault'])
    )
      return 'a fault, see below';
    return [...new Set(options.filter((one) => one.const !== 0).map(kindOf))]
      .filter((kind) => kind !== '')
      .join(', or ');
  }
  if (field.$ref !== undefined) return 'any JSON value';
  if (isRange(field)) return `\`{ min, max }\``;
  if (Array.isArray(field.type)) return field.type.map((type) => `a ${type}`).join(', or ');
  if (field.type === 'array') return `a list: ${kindOf(fieldOf(field.items))}`;
  if (field.type === 'object')
    return typeof field.additionalProperties === 'object'
      ? `a mapping to: ${kindOf(field.additionalProperties)}`
      : 'a mapping, see below';
  if (field.type === 'integer') return `a whole number, ${field.minimum} to ${grouped(field.maximum)}`;
  if (field.type === 'number')
    return field.minimum === undefined ? 'a number' : `${field.minimum} to ${field.maximum}`;
  if (field.type === 'boolean') return '`true`, `false`';
  return field.type === 'string' ? 'a text' : 'any JSON value';
}

function grouped(value = Infinity): string {
  return value > 100_000_000 ? 'a large one' : value.toLocaleString('en-US');
}

/** By what the patterns of `units.ts` and `fields.ts` accept. */
function patternOf(pattern: string): string {
  const takes = (text: string): boolean => new RegExp(pattern).test(text);
  if (takes('leader')) return 'a name';
  if (takes('-5ms') && takes('5ms')) return 'a duration, which may be negative';
  if (takes('5ms')) return 'a duration';
  if (takes('5%')) return 'a share';
  if (takes('5/s')) return 'a rate';
  if (takes('n1')) return 'a node such as `n1`';
  return 'a text';
}

function entriesOf({ properties = {} }: Field): [string, Field][] {
  return Object.entries(properties).map(([name, field]) => [name, fieldOf(field)]);
}

function optionsOf({ anyOf, oneOf }: Field): readonly Field[] {
  return (anyOf ?? oneOf ?? []).map(fieldOf);
}

function isRange({ properties = {} }: Field): boolean {
  return Object.keys(properties).join() === 'min,max';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
