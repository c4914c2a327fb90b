/**
 * Every history's first law: a client's process does one thing at a time. A completion that nobody
 * invoked, an invocation inside another one, or an op after one of unknown outcome is refused: whatever
 * was concluded from such a history would be a guess.
 */
import { ByProcess } from './by-process.ts';
import { isClientOp, type Op } from './op.ts';

/** A process after an `info`. */
const ENDED = 'ended';

export class Processes {
  /** Its open op. */
  readonly #doing = new ByProcess<Op | typeof ENDED>();

  /** What is wrong with the next op, if anything. */
  push(op: Op): string | undefined {
    if (!isClientOp(op)) return undefined;
    const doing = this.#doing.get(op.process);
    if (op.type === 'invoke') {
      if (doing === ENDED)
        return `expected no more of process ${op.process}, whose last op ended with info, but it invokes ${op.f}`;
      if (doing !== undefined)
        return `expected process ${op.process} to complete ${doing.f} first, but it invokes ${op.f}`;
      this.#doing.set(op.process, op);
      return undefined;
    }
    if (doing === undefined || doing === ENDED)
      return `expected process ${op.process} to invoke ${op.f} before its ${op.type}`;
    if (doing.f !== op.f || (op.key !== undefined && doing.key !== op.key))
      return `expected process ${op.process} to complete ${said(doing)}, but found ${op.type} of ${said(op)}`;
    this.#doing.set(op.process, op.type === 'info' ? ENDED : undefined);
    return undefined;
  }
}

function said({ f, key }: Op): string {
  return key === undefined ? f : `${f} on key ${JSON.stringify(key)}`;
}
