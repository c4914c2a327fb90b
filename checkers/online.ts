/**
 * Linearizability of every key while the history grows, to end a run early: a prefix of a linearizable
 * history is linearizable, so what is not in a prefix never will be.
 *
 * Each time a key has grown by a tenth it is checked again from its beginning, so a key costs about ten
 * times what it costs once, and a violation shows a little after it happened.
 */
import { checkPartitions, type Model } from 'porcupine-ts';
import { isClientOp, type Op } from '../harness/history/op.ts';
import { isPureIn, OperationPairing } from './operations.ts';

/** A completion that no order of the operations so far explains. */
export interface OnlineViolation {
  readonly key: string;
  /** Index of the operation's invocation. */
  readonly index: number;
  readonly description: string;
}

/** Completions on a key between two looks at it, at least. */
const LEAST_GROWTH = 16;
const GROWTH = 0.1;
/** For one look, ms; a key that needs longer is looked at ever less often. */
const TIMEOUT_MS = 2000;

interface Growth {
  completions: number;
  /** How many there must be until the next look. */
  next: number;
}

export class OnlineLinearizable {
  readonly #model: Model;
  readonly #pairing: OperationPairing;
  readonly #keys = new Map<string, Growth>();

  /** `model` specifies one key. */
  constructor(model: Model) {
    this.#model = model;
    this.#pairing = new OperationPairing({ isPure: (input) => isPureIn(model, input) });
  }

  /** Takes the ops of a history one by one; after a violation it is of no further use. */
  push(op: Op): OnlineViolation | undefined {
    this.#pairing.push(op);
    if (!isClientOp(op) || op.type === 'invoke') return undefined;
    const key = op.key ?? '';
    const growth = this.#growthOf(key);
    if (++growth.completions < growth.next) return undefined;
    const operations = this.#pairing.soFar(key);
    const checked = checkPartitions(this.#model, [{ label: key, operations }], { timeout: TIMEOUT_MS });
    const { verdict, blocked } = checked.partitions[0]!;
    const share = verdict === 'unknown' ? 1 : GROWTH;
    growth.next = growth.completions + Math.max(LEAST_GROWTH, Math.ceil(share * operations.length));
    if (verdict !== 'invalid' || blocked === undefined) return undefined;
    const { input, output } = operations.find(({ id }) => id === blocked)!;
    const description = this.#model.describeOperation?.(input, output) ?? input.f;
    return { key, index: blocked, description };
  }

  #growthOf(key: string): Growth {
    let growth = this.#keys.get(key);
    if (!growth) this.#keys.set(key, (growth = { completions: 0, next: LEAST_GROWTH }));
    return growth;
  }
}
