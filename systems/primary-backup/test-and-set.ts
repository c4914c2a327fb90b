/**
 * The test-and-set (VM-FT, §2.3): the one rule by which a replica may go live, on the one record that the
 * arbiter keeps.
 *
 * The record says whose turn it is: `epoch`, its `primary`, and the `backup` that is in sync with it, if
 * there is one; then the flag is armed, and either of the two may go on alone. Whoever asks first ends the
 * epoch, and is the primary of the next one, without a backup; whoever asks for an epoch that has ended has
 * lost. So an epoch has one primary for ever, and one that serves alone can't be overtaken by anybody:
 * nobody else is named. The primary arms the flag again once a new backup is in sync.
 *
 * Before there is any primary there is no state to lose, and the first one who asks begins.
 */
import type { Json, NodeId } from '../contract.ts';
import { isCount, isObject } from '../json.ts';

export type TurnRecord = {
  readonly epoch: number;
  readonly primary: NodeId | null;
  /** In sync, so that it may take over; null: the flag is not armed. */
  readonly backup: NodeId | null;
};

export const FIRST_RECORD: TurnRecord = { epoch: 0, primary: null, backup: null };

export type Plea =
  /** Test and set: end `epoch`, and go on alone as the primary of the next. */
  | { readonly type: 'go-live'; readonly epoch: number }
  /** Arm the flag: from now on `backup` may take over from the primary of `epoch`. */
  | { readonly type: 'arm'; readonly epoch: number; readonly backup: NodeId };

/** The record as it is once the plea is granted; undefined when it is not. */
export function granted(record: TurnRecord, from: NodeId, plea: Plea): TurnRecord | undefined {
  if (plea.epoch !== record.epoch) return undefined;
  switch (plea.type) {
    case 'go-live': {
      const mayGo = record.primary === null || record.primary === from || record.backup === from;
      return mayGo ? { epoch: record.epoch + 1, primary: from, backup: null } : undefined;
    }
    case 'arm': {
      const mayArm = record.primary === from && (record.backup ?? plea.backup) === plea.backup;
      return mayArm ? { ...record, backup: plea.backup } : undefined;
    }
  }
}

export function isTurnRecord(json: Json | undefined): json is TurnRecord {
  if (!isObject(json) || !isCount(json.epoch)) return false;
  return [json.primary, json.backup].every((node) => node === null || typeof node === 'string');
}
