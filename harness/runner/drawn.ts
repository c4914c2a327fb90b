/**
 * Operations that a workload's generator draws, at a rate.
 *
 * Operation k is due at k / rate, by the time and not after a sleep, so the rate does not drift. When every
 * client is busy (a partition, say) what could not be started within `MAX_LAG_MS` is skipped and not made up
 * for: the load after a fault is that of before, not a burst.
 */
import type { Completion, Invocation } from '../../systems/contract.ts';
import type { Generator } from '../../workloads/types.ts';
import type { Idle, Next, Source } from './source.ts';

const MAX_LAG_MS = 100;

export class Drawn implements Source {
  readonly #generator: Generator;
  readonly #rate: number;
  /** When the operation numbered 0 was due, ms; moves on by what was skipped. */
  #origin = 0;
  #started = 0;

  /** `rate`: operations a second, all clients together; Infinity = as fast as possible. */
  constructor(generator: Generator, rate: number) {
    this.#generator = generator;
    this.#rate = rate;
  }

  next(now: number, idle: readonly Idle[]): Next {
    if (this.#rate !== Infinity) {
      const due = this.#origin + (this.#started * 1000) / this.#rate;
      if (due > now) return { wait: due - now };
      if (now - due > MAX_LAG_MS) this.#origin += now - due - MAX_LAG_MS;
    }
    this.#started++;
    const by = idle.length - 1;
    return { invocation: this.#generator.next(idle[by]!.process), by };
  }

  completed(invocation: Invocation, completion: Completion): void {
    this.#generator.completed?.(invocation, completion);
  }

  final(): readonly Invocation[] {
    return this.#generator.final();
  }
}
