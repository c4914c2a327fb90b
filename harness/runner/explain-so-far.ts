/**
 * Why a violation is one, in words, while its run still goes on: by the history so far, of which only the
 * violated key is checked again. The verdict's own explanation is made from the whole history, and may know
 * more: that a write is lost shows only in the final reads.
 */
import type { Model } from 'porcupine-ts';
import { Linearizable } from '../../checkers/linearizable.ts';
import { systems } from '../../systems/index.ts';
import { explainFile, type Explanation } from '../explain/index.ts';
import { isClientOp } from '../history/op.ts';
import { readOps } from '../history/reader.ts';
import type { SeenViolation } from './watch-protocol.ts';

/** Nobody waits longer for words; ms. */
const PATIENCE_MS = 20_000;

/** Undefined where there are no words for it: of a broken invariant the description says all. */
export async function explainSoFar(
  file: string,
  { checker, key, index }: SeenViolation,
  { model, system }: { readonly model: Model | undefined; readonly system: string },
): Promise<Explanation | undefined> {
  if (checker !== 'linearizable' || model === undefined) return undefined;
  const check = new Linearizable(model, { timeout: PATIENCE_MS });
  // What came after the violation may break the key elsewhere, and is another story.
  let isOver = false;
  let process: unknown;
  await readOps(file, (op) => {
    if (isOver || !isClientOp(op) || (op.key ?? '') !== key) return;
    check.push(op);
    if (op.index === index) process = op.process;
    else if (op.process === process) isOver = true;
  });
  const { leaderRole } = (await systems[system]!()).system;
  return explainFile(file, [await check.finish()], {}, { leaderRole });
}
