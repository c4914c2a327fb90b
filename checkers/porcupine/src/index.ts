export { MalformedAnnotation, type Annotation } from './annotation.ts';
export { checkEvents, checkOperations, checkPartitions } from './check.ts';
export { MalformedHistory, type Event } from './events.ts';
export { ILLEGAL } from './model.ts';
export type { Effect, Illegal, Model, Operation, Partition, Verdict } from './model.ts';
export { kv, type KvInput, type KvOutput, type KvState } from './models/kv.ts';
export { startingIn, toModel, type NondeterministicModel, type States } from './nondeterministic.ts';
export { register, type RegisterInput, type RegisterOutput } from './models/register.ts';
export type { Value } from './models/value.ts';
export { online, type OnlineChecker, type OnlineEvent } from './online/online.ts';
export type {
  OnlineKeyVerdict,
  OnlineOptions,
  OnlineUnknownReason,
  OnlineVerdict,
  OnlineViolation,
} from './online/result.ts';
export type {
  AlgorithmName,
  CheckedHistory,
  CheckedPartition,
  CheckOptions,
  ChosenAlgorithm,
  CostlyOperation,
  Counterexample,
  FinalConfiguration,
  KeptOperation,
  UnknownReason,
} from './result.ts';
export { verifyWitness } from './verify.ts';
