/** Plans: YAML text in, a checked plan or all of its mistakes out. */
export type { NemesisEntry } from '../../nemesis/entry.ts';
export { loadCatalogue, type Catalogue } from './catalogue.ts';
export { defaultOptions, nemesisEntry } from './fill-in.ts';
export { formatProblems, type Paint } from './format.ts';
export { planJsonSchema } from './json-schema.ts';
export { pairedLinks } from './links.ts';
export { loadPlan } from './load.ts';
export { NODES_FOR_TARGET } from './meaning-nemesis.ts';
export type { PlanOperation } from './operation-fields.ts';
export type { Overrides } from './overrides.ts';
export type { CheckName, Choice, Exploration, HostName, Plan, SeedName } from './plan.ts';
export type { PlanProblem } from './problem.ts';
export type { Resolved } from './resolve.ts';
export { scheduledFault } from './schedule-fields.ts';
export { MAX_CHARS } from './source.ts';
export { stringifyPlan } from './stringify.ts';
export { formatDuration, nanoseconds, parseDuration } from './units.ts';
