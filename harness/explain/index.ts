/**
 * The explanation of a violation, from the checker's findings and the history they were made from.
 *
 * Only what follows from the recorded operations is claimed; see `pattern.ts`. Undefined where no checker
 * of linearizability found a counterexample.
 */
import type { LinearizableDetails } from '../../checkers/linearizable.ts';
import type { CheckResult } from '../../checkers/types.ts';
import { isClientOp, type Op } from '../history/op.ts';
import { readOps, type ReadOptions } from '../history/reader.ts';
import { patternOf } from './pattern.ts';
import { Scene } from './scene.ts';
import { surroundingsOf } from './surroundings.ts';
import { wordsOf } from './words.ts';

export interface Explanation {
  /** `stale read`, `lost write`, …; `split brain` where besides two nodes led. */
  readonly pattern: string;
  readonly sentences: readonly string[];
}

export interface ExplainOptions {
  /** `NodeStatus.role` of a node that leads. */
  readonly leaderRole?: string;
}

/** Takes the history once more, op by op. */
export class Explainer {
  readonly #scene: Scene;
  readonly #key: LinearizableDetails['keys'][number];
  readonly #options: ExplainOptions;

  private constructor(key: LinearizableDetails['keys'][number], options: ExplainOptions) {
    this.#key = key;
    this.#scene = new Scene(key.key);
    this.#options = options;
  }

  /** Undefined where there is nothing to explain. */
  static of(checks: readonly CheckResult[], options: ExplainOptions = {}): Explainer | undefined {
    const found = checks.find(({ checker, verdict }) => checker === 'linearizable' && verdict === 'invalid');
    // The checker documents its details so.
    const key = (found?.details as unknown as LinearizableDetails | undefined)?.keys?.[0];
    return key?.counterexample == null ? undefined : new Explainer(key, options);
  }

  push(op: Op): void {
    this.#scene.push(op);
  }

  finish(): Explanation {
    const counterexample = this.#key.counterexample!;
    const pattern = patternOf(counterexample, this.#scene);
    const { sentences, isSplit } = surroundingsOf(counterexample, this.#scene, this.#options.leaderRole);
    const kind = pattern.kind === 'general' ? 'no order explains it' : pattern.kind;
    return {
      pattern: isSplit ? `split brain: ${kind}` : kind,
      sentences: [...wordsOf(pattern, this.#key), ...sentences],
    };
  }
}

/** Reads the history as it was read to be judged. */
export async function explainFile(
  file: string,
  checks: readonly CheckResult[],
  { meaning = (op: Op): Op => op, ...reading }: ReadOptions & { meaning?(op: Op): Op } = {},
  options: ExplainOptions = {},
): Promise<Explanation | undefined> {
  const explainer = Explainer.of(checks, options);
  if (explainer === undefined) return undefined;
  await readOps(file, (op) => explainer.push(isClientOp(op) ? meaning(op) : op), reading);
  return explainer.finish();
}
