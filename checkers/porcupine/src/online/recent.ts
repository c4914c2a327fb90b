/**
 * The events of one key that still matter, and a cursor among them: what is open there, and how many of
 * unknown outcome were called. It says of operations what is known now, wherever it stands; those that
 * are known to have failed are not there at all.
 */
import type { OnlineEvent, OnlineOperation } from './operation.ts';

export class RecentEvents<S, I> {
  /** By lane: what is open at the cursor. */
  readonly open: (OnlineOperation<S, I> | undefined)[] = [];
  #events: OnlineEvent<S, I>[] = [];
  /** The position of the first event, and of the next one. */
  #start = 0;
  #at = 0;

  get start(): number {
    return this.#start;
  }

  get at(): number {
    return this.#at;
  }

  get end(): number {
    return this.#start + this.#events.length;
  }

  get length(): number {
    return this.#events.length;
  }

  get next(): OnlineEvent<S, I> {
    return this.#events[this.#at - this.#start]!;
  }

  push(event: OnlineEvent<S, I>): void {
    if (event.kind !== 'call') event.operation.end = this.end;
    this.#events.push(event);
  }

  forward(): void {
    const { kind, operation } = this.next;
    this.#at++;
    if (operation.status === 'failed') return;
    if (kind === 'call') this.open[operation.lane] = operation;
    else this.open[operation.lane] = undefined;
    if (kind === 'unknown' && operation.unknown) operation.unknown.called++;
  }

  /** Nothing failed between the two, or it is known by now. */
  rewind(at: number): void {
    while (this.#at > at) {
      this.#at--;
      const { kind, operation } = this.next;
      if (operation.status === 'failed') continue;
      if (kind === 'call') this.open[operation.lane] = undefined;
      else this.open[operation.lane] = operation;
      if (kind === 'unknown' && operation.unknown) operation.unknown.called--;
    }
  }

  /** Moves to the end. */
  unwind(): void {
    while (this.#at < this.end) this.forward();
  }

  /** It never took effect; the cursor stands at the end. */
  remove(operation: OnlineOperation<S, I>): void {
    this.open[operation.lane] = undefined;
  }

  /** Forgets what is before. */
  drop(before: number): void {
    this.#events = this.#events.slice(before - this.#start);
    this.#start = before;
  }

  /** What is open at the cursor, and what is called in all events. */
  *calls(): IterableIterator<OnlineOperation<S, I>> {
    for (const operation of this.open) if (operation) yield operation;
    for (const { kind, operation } of this.#events) if (kind === 'call') yield operation;
  }

  *operations(): IterableIterator<OnlineOperation<S, I>> {
    for (const operation of this.open) if (operation) yield operation;
    for (const { operation } of this.#events) yield operation;
  }
}
