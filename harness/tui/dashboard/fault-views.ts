/** The faults of a run as a view has them: which lane, which kind, from when until when. */
import { HAND } from '../../../nemesis/index.ts';
import type { Json, Op } from '../../history/op.ts';

const MAX_FAULTS = 2000;

export interface FaultView {
  /** Index of the plan's entry, or a person's. */
  readonly lane: number | typeof HAND;
  readonly name: string;
  /** ms since the start; `from` is when it was asked for, `until` when it was undone. */
  readonly from: number;
  readonly until: number | undefined;
  /** Undefined until it is on. */
  readonly about: string | undefined;
}

/** A letter for each kind, where there is room for no more. */
const LETTERS: Readonly<Record<string, string>> = {
  partition: 'P',
  pause: 'Z',
  crash: 'C',
  delay: 'D',
  packet: 'L',
  clock: 'T',
  disk: 'F',
  flip: 'B',
};

export const LETTERS_TEXT = Object.entries(LETTERS)
  .map(([name, letter]) => `${letter} ${name}`)
  .join('  ');

export function letterOf(name: string): string {
  return LETTERS[name] ?? '?';
}

/** The faults after a line of the nemesis. */
export function withFault(before: readonly FaultView[], op: Op): readonly FaultView[] {
  const lane = laneOf(op);
  const [name, step] = op.f.split('.');
  if (lane === undefined || name === undefined) return before;
  const ms = op.time / 1e6;
  if (step === 'start' && op.type === 'invoke') {
    return [...before.slice(-MAX_FAULTS + 1), { lane, name, from: ms, until: undefined, about: undefined }];
  }
  const at = before.findLastIndex((fault) => fault.lane === lane && fault.until === undefined);
  const fault = before[at];
  if (fault === undefined || op.type === 'invoke') return before;
  if (step === 'stop') return before.with(at, { ...fault, until: ms });
  // One that was skipped, or that failed, was never on.
  if (op.type !== 'ok' || memberOf(op.value, 'skipped') !== undefined) return before.toSpliced(at, 1);
  const about = memberOf(op.value, 'about');
  return before.with(at, { ...fault, about: typeof about === 'string' ? about : '' });
}

/** Less than this at the edge of a second is none of it; ms. */
const EDGE = 50;

/** Those that were on for some of the time from `from` to `until`, ms. */
export function faultsDuring(
  faults: readonly FaultView[],
  from: number,
  until: number,
): readonly FaultView[] {
  return faults.filter(({ about, ...fault }) => {
    const end = fault.until ?? Infinity;
    const shared = Math.min(until, end) - Math.max(from, fault.from);
    return about !== undefined && shared > 0 && shared >= Math.min(EDGE, end - fault.from);
  });
}

function laneOf({ process }: Op): FaultView['lane'] | undefined {
  const name = /^nemesis-(\d+|hand)$/.exec(String(process))?.[1];
  if (name === undefined) return undefined;
  return name === HAND ? HAND : Number(name);
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [key: string]: Json })[name];
}
