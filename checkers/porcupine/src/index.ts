export { ILLEGAL } from './model.ts';
export type { Illegal, Model, Operation, Partition, Verdict } from './model.ts';
