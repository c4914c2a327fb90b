export { MalformedAnnotation, type Annotation } from './annotation.ts';
export { checkEvents, checkOperations, checkPartitions, checkRecording } from './check.ts';
export { MalformedHistory, type Event } from './events.ts';
export { ILLEGAL } from './model.ts';
export type { Effect, Illegal, Model, Operation, Operations, Partition, Verdict } from './model.ts';
export { kv, type KvInput, type KvOutput, type KvState } from './models/kv.ts';
export { startingIn, toModel, type NondeterministicModel, type States } from './nondeterministic.ts';
export { bag, type BagState } from './models/bag.ts';
export { counter, type CounterInput } from './models/counter.ts';
export { fencedMutex, type FencedMutexOptions, type FencedState } from './models/fenced-mutex.ts';
export type { LockInput } from './models/holder.ts';
export type { List } from './models/list.ts';
export { log, type LogInput, type LogState } from './models/log.ts';
export { models, type ModelEntry, type ModelOptions } from './models/models.ts';
export {
  multiRegister,
  type MultiRegisterInput,
  type MultiRegisterOptions,
  type MultiRegisterState,
} from './models/multi-register.ts';
export { mutex, ownedMutex, type MutexState } from './models/mutex.ts';
export type { Answer } from './models/observe.ts';
export { priorityQueue, type PriorityQueueInput } from './models/priority-queue.ts';
export { fifoQueue, type QueueInput, type QueueState } from './models/queue.ts';
export { reentrantMutex, type ReentrantState } from './models/reentrant-mutex.ts';
export { semaphore, type SemaphoreInput } from './models/semaphore.ts';
export { set, type SetInput, type SetState } from './models/set.ts';
export { stack, type StackInput } from './models/stack.ts';
export { stringAppend, type StringAppendInput } from './models/string-append.ts';
export type { TextMap } from './models/text-map.ts';
export { uniqueIds, type UniqueIdsInput, type UniqueIdsState } from './models/unique-ids.ts';
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
  CheckProgress,
  ChosenAlgorithm,
  CostlyOperation,
  Counterexample,
  FinalConfiguration,
  KeptOperation,
  UnknownReason,
} from './result.ts';
export { Recording, type RecordingOptions } from './recording.ts';
export { verifyWitness } from './verify.ts';
