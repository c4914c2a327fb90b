/** A thread of `parallel.ts`: checks one key. */
import { checkPartitions, type CheckedPartition } from 'porcupine-ts';
import { modelNamed } from './models.ts';
import type { PartitionTask } from './parallel.ts';

export default function check({ model, modelOptions, partition, options }: PartitionTask): CheckedPartition {
  return checkPartitions(modelNamed(model, modelOptions)!, [partition], options).partitions[0]!;
}
