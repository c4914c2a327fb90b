/**
 * Are tokens that the system draws distinct, and does every read see the one drawn last? A draw puts a
 * token into a register that only its answer tells; so with every answer known, this is linearizability of a
 * register to which each draw writes what it answered.
 *
 * A draw of unknown outcome may have put in a token that only reads show. Which of several such draws a
 * token is from can be chosen without loss: in order of their invocations, for tokens in order of the end of
 * the first read that shows them. For let two of them be the other way round in some legal order: a is
 * invoked before b, and r, the first end of a read of b's token, comes before s, that of a's. If a takes
 * effect after b is invoked the two may change names as they stand. Otherwise it does so before b is
 * invoked, and so before b takes effect, which is before r, which is before s: every read of a's token
 * ends after b took effect, and those that took effect before b can do so just before it instead, a along
 * with them, since they are still under way then. Then the two may change names. What was never seen took
 * effect never, for all that anybody knows: the rest is as legal without it.
 *
 * Holds the history. Functions: `draw`, whose answer is the token, and `read`. `details`: those of
 * `linearizable`, in terms of a register where what is drawn is written; null where it did not come to that.
 */
import { register } from 'porcupine-ts';
import type { Json, Op } from '../harness/history/op.ts';
import { identity } from './identity.ts';
import { Linearizable, type LinearizableOptions } from './linearizable.ts';
import { counted } from './listed.ts';
import { MalformedHistoryError, Pairing } from './pairing.ts';
import type { Checker, CheckResult, Verdict } from './types.ts';

export const DRAWS_FUNCTIONS = ['read', 'draw'] as const;

/** One key's draws, and the tokens that its reads showed. */
interface Key {
  readonly unknown: Op[];
  /** By the token's identity: the first completion of a read that showed it. */
  readonly shown: Map<string | number, Op>;
}

export class Draws implements Checker {
  readonly #options: LinearizableOptions;
  readonly #pairing = new Pairing();
  readonly #history: Op[] = [];
  readonly #keys = new Map<string, Key>();
  /** By the token's identity: the draw that was answered with it. */
  readonly #drawn = new Map<string | number, Op>();
  /** By the index of a draw's invocation: what it put in, where anybody saw it. */
  readonly #tokens = new Map<number, Json>();
  /** By the index of a draw's completion: that of its invocation. */
  readonly #invocations = new Map<number, number>();
  /** Why nothing can be said of the whole history. */
  #unreadable: string | undefined;
  #violation: string | undefined;

  constructor(options: LinearizableOptions = {}) {
    this.#options = options;
  }

  push(op: Op): void {
    if (this.#unreadable !== undefined) return;
    try {
      const paired = this.#pairing.push(op);
      if (paired === undefined) return;
      this.#history.push(op);
      if (paired.kind === 'completed') this.#completed(paired.invocation, paired.completion);
      else if (op.f !== 'read' && op.f !== 'draw') {
        this.#unreadable = `op ${op.index} (line ${op.index + 1} of the history), ${op.f}: expected read, draw`;
      }
    } catch (error) {
      if (!(error instanceof MalformedHistoryError)) throw error;
      this.#unreadable = `malformed history: ${error.message}`;
    }
  }

  async finish(): Promise<CheckResult> {
    if (this.#unreadable !== undefined) return result('unknown', this.#unreadable);
    if (this.#history.length === 0) return result('unknown', 'no operation to check');
    for (const open of this.#pairing.open()) if (open.f === 'draw') this.#of(open).unknown.push(open);
    for (const [name, key] of this.#keys) this.#attribute(name, key);
    if (this.#violation !== undefined) return result('invalid', this.#violation);
    const registers = new Linearizable(register(), this.#options);
    for (const op of this.#history) {
      const written = this.#asRegister(op);
      if (written !== undefined) registers.push(written);
    }
    const { verdict, summary, details } = await registers.finish();
    const tokens = counted(this.#drawn.size, 'token');
    return { checker: 'draws', verdict, summary: `${tokens} drawn; ${summary}`, details };
  }

  #completed(invocation: Op, completion: Op): void {
    const { type, value = null } = completion;
    if (invocation.f === 'draw') this.#invocations.set(completion.index, invocation.index);
    if (invocation.f === 'read') {
      if (type !== 'ok' || value === null) return;
      const { shown } = this.#of(invocation);
      if (!shown.has(identity(value))) shown.set(identity(value), completion);
    } else if (type === 'info') this.#of(invocation).unknown.push(invocation);
    else if (type === 'ok') {
      if (value === null) {
        this.#unreadable = `op ${completion.index} (line ${completion.index + 1} of the history), draw: expected a token`;
        return;
      }
      this.#tokens.set(invocation.index, value);
      const before = this.#drawn.get(identity(value));
      if (before === undefined) this.#drawn.set(identity(value), completion);
      else {
        this.#violation ??= `${JSON.stringify(value)} was drawn twice (ops ${before.index}, ${completion.index})`;
      }
    }
  }

  #of({ key = '' }: Op): Key {
    let found = this.#keys.get(key);
    if (!found) this.#keys.set(key, (found = { unknown: [], shown: new Map() }));
    return found;
  }

  /** Each token that was shown and is no known draw's: to a draw of unknown outcome. */
  #attribute(name: string, { unknown, shown }: Key): void {
    const invocations = unknown.sort((a, b) => a.index - b.index);
    let next = 0;
    // Maps keep the order in which tokens were first shown.
    for (const [token, read] of shown) {
      const draw = this.#drawn.get(token);
      if (draw !== undefined) {
        if ((draw.key ?? '') !== name)
          this.#fromElsewhere(read, `was drawn for another key (op ${draw.index})`);
        continue;
      }
      const invocation = invocations[next++];
      if (invocation === undefined || invocation.index > read.index) {
        this.#fromElsewhere(read, 'was drawn by nobody');
        return;
      }
      this.#tokens.set(invocation.index, read.value!);
    }
  }

  #fromElsewhere(read: Op, what: string): void {
    this.#violation ??= `${JSON.stringify(read.value)}, read in op ${read.index}, ${what}`;
  }

  /** The op in terms of a register; undefined where it says nothing. */
  #asRegister(op: Op): Op | undefined {
    if (op.f !== 'draw') return op;
    const token = this.#tokens.get(this.#invocations.get(op.index) ?? op.index);
    return token === undefined ? undefined : { ...op, f: 'write', value: token };
  }
}

function result(verdict: Verdict, summary: string): CheckResult {
  return { checker: 'draws', verdict, summary, details: null };
}
