/**
 * Record append as GFS promises it (§2.7.1, §3.3), whatever the mode: at least once, atomically, at an
 * offset of the system's choosing.
 *
 *  - A record that is read is one that somebody began to append to this file, whole, and not one whose
 *    append certainly failed. Records are read in ascending order of offsets.
 *  - A record that was acknowledged lies at the offset that was answered, in every read that begins long
 *    enough after that (see `staleness.ts`); so no two are told the same offset.
 *  - It may also lie elsewhere, and so may one of unknown outcome: a client that is not told tries again.
 *
 * Each record is appended once, as far as the history says. Functions: `append` → offset, `records` →
 * `[[offset, record], …]`. `details`: `RecordDetails`.
 */
import type { Json, Op } from '../harness/history/op.ts';
import { identity, isList } from './identity.ts';
import { counted, listed, type Listed } from './listed.ts';
import { NotUnderstood, Objects, type Judgement, type ObjectJudge } from './objects.ts';
import { STALENESS } from './staleness.ts';

export const RECORD_FUNCTIONS = ['append', 'records'] as const;

/** Indices are those of invocations. */
export type BadRecord = {
  /**
   * `nowhere`: a read shows what nobody had begun to append, such as part of a record · `failed`: or what
   * certainly failed · `order`: or one at or before the offset of the one before it · `lost`: or something
   * else, or nothing, where `append` was told that its record lies · `twice`: two were told one offset.
   */
  readonly why: 'nowhere' | 'failed' | 'order' | 'lost' | 'twice';
  readonly record: Json;
  readonly offset: number;
  readonly append: number | null;
  /** Of `twice`, the other append. */
  readonly read: number;
};

export type RecordDetails = {
  readonly appended: number;
  readonly acknowledged: number;
  readonly reads: number;
  /** Records that the last read showed more than once. */
  readonly duplicates: number;
  readonly bad: Listed<BadRecord>;
};

export function recordAppend(): Objects {
  return new Objects({ name: 'record-append', functions: RECORD_FUNCTIONS, judge: () => new RecordJudge() });
}

interface Append {
  readonly invoked: number;
  readonly record: Json;
  open: boolean;
  failed: boolean;
  /** Shown by a read, while it was open. */
  readonly seen: BadRecord[];
}

interface Acknowledged {
  readonly append: Append;
  readonly name: number | string;
  readonly offset: number;
  readonly time: number;
}

class RecordJudge implements ObjectJudge<RecordDetails> {
  readonly #appends = new Map<number | string, Append>();
  /** In the order of their acknowledgements. */
  readonly #acknowledged: Acknowledged[] = [];
  readonly #byOffset = new Map<number, Append>();
  readonly #bad: BadRecord[] = [];
  #reads = 0;
  #duplicates = 0;

  invoked(invocation: Op): void {
    if (invocation.f !== 'append') return;
    const { value: record, index } = invocation;
    if (record === undefined || record === null) throw new NotUnderstood(invocation, 'expected a record');
    const name = identity(record);
    if (this.#appends.has(name))
      throw new NotUnderstood(invocation, 'expected a record that is appended once');
    this.#appends.set(name, { invoked: index, record, open: true, failed: false, seen: [] });
  }

  completed(invocation: Op, completion: Op): void {
    if (invocation.f === 'append') this.#appended(invocation, completion);
    else if (completion.type === 'ok') this.#read(invocation, completion);
  }

  finish(): Judgement<RecordDetails> {
    const bad = this.#bad.sort((a, b) => a.read - b.read);
    const details: RecordDetails = {
      appended: this.#appends.size,
      acknowledged: this.#acknowledged.length,
      reads: this.#reads,
      duplicates: this.#duplicates,
      bad: listed(bad, (one) => one),
    };
    const more = bad.length > 1 ? `; and ${bad.length - 1} more` : '';
    if (bad[0]) return { verdict: 'invalid', summary: `${said(bad[0])}${more}`, details };
    if (this.#reads === 0) return { verdict: 'unknown', summary: 'no read was answered', details };
    const summary = `${counted(this.#acknowledged.length, 'record')} acknowledged and where they were said to be, in ${counted(this.#reads, 'read')}`;
    return { verdict: 'valid', summary, details };
  }

  #appended(invocation: Op, completion: Op): void {
    const name = identity(invocation.value ?? null);
    const append = this.#appends.get(name);
    if (!append || completion.type === 'info') return;
    append.open = false;
    if (completion.type === 'fail') {
      append.failed = true;
      this.#bad.push(...append.seen);
      return;
    }
    const { value: offset, time } = completion;
    if (typeof offset !== 'number') throw new NotUnderstood(completion, 'expected an offset');
    const other = this.#byOffset.get(offset);
    if (other) {
      const { invoked, record } = append;
      this.#bad.push({ why: 'twice', record, offset, append: invoked, read: other.invoked });
    }
    this.#byOffset.set(offset, append);
    this.#acknowledged.push({ append, name, offset, time });
  }

  #read(invocation: Op, completion: Op): void {
    const { index: read, time } = invocation;
    const entries = entriesOf(completion);
    this.#reads++;
    const at = new Map<number, number | string>();
    let end = -1;
    for (const [offset, record] of entries) {
      const name = identity(record);
      const append = this.#appends.get(name);
      const bad = { record, offset, append: append?.invoked ?? null, read };
      if (!append) this.#bad.push({ ...bad, why: 'nowhere' });
      else if (append.failed) this.#bad.push({ ...bad, why: 'failed' });
      else if (append.open) append.seen.push({ ...bad, why: 'failed' });
      if (offset <= end) this.#bad.push({ ...bad, why: 'order' });
      end = offset;
      at.set(offset, name);
    }
    this.#duplicates = entries.length - new Set(at.values()).size;
    for (const { append, name, offset, time: acknowledged } of this.#acknowledged) {
      if (acknowledged > time - STALENESS) break;
      if (at.get(offset) === name) continue;
      const { record, invoked } = append;
      this.#bad.push({ why: 'lost', record, offset, append: invoked, read });
    }
  }
}

function entriesOf(completion: Op): readonly (readonly [number, Json])[] {
  const { value } = completion;
  if (!isList(value)) throw new NotUnderstood(completion, 'expected a list of [offset, record]');
  return value.map((entry) => {
    const [offset, record] = isList(entry) ? entry : [];
    if (typeof offset !== 'number' || record === undefined)
      throw new NotUnderstood(completion, 'expected a list of [offset, record]');
    return [offset, record];
  });
}

function said({ why, record, offset, append, read }: BadRecord): string {
  const what = `${JSON.stringify(record)} at offset ${offset}`;
  switch (why) {
    case 'nowhere':
      return `a read (op ${read}) shows ${what}, which nobody had begun to append`;
    case 'failed':
      return `a read (op ${read}) shows ${what}, whose append (op ${append}) failed`;
    case 'order':
      return `a read (op ${read}) shows ${what}, not after the record before it`;
    case 'lost':
      return `a read (op ${read}) does not show ${what}, where it was acknowledged (op ${append})`;
    case 'twice':
      return `two records were acknowledged at offset ${offset} (ops ${read} and ${append})`;
  }
}
