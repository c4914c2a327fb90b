/**
 * What is to happen, ordered by (time, sequence): of two things at one time the one asked for first.
 * Nothing else decides in a simulation what comes before what.
 */
export interface SimEvent {
  readonly time: number;
  readonly sequence: number;
  /** What it is, for the trace. */
  readonly label: string;
  /** Undefined once it was taken back: an event in the heap costs less to leave than to remove. */
  happen: (() => void) | undefined;
}

export class EventQueue {
  /** A binary heap: each event is at least as early as the two at twice its place, plus one and two. */
  readonly #heap: SimEvent[] = [];
  #sequence = 0;
  #now = 0;
  #happened = 0;
  readonly #trace: ((line: string) => void) | undefined;

  /** `trace` hears of each event before it happens. */
  constructor(trace?: (line: string) => void) {
    this.#trace = trace;
  }

  /** Milliseconds of virtual time. */
  get now(): number {
    return this.#now;
  }

  /** How many events have happened. */
  get happened(): number {
    return this.#happened;
  }

  at(time: number, label: string, happen: () => void): SimEvent {
    const event: SimEvent = {
      time: time > this.#now ? time : this.#now,
      sequence: this.#sequence++,
      label,
      happen,
    };
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = heap[parent]!;
      if (!isBefore(event, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = event;
    return event;
  }

  after(delay: number, label: string, happen: () => void): SimEvent {
    return this.at(this.#now + delay, label, happen);
  }

  /** Lets the next event happen, if there is one no later than `until`. */
  step(until = Infinity): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.time > until) return false;
      this.#removeFirst();
      const { happen } = next;
      if (happen === undefined) continue;
      this.#now = next.time;
      this.#happened++;
      this.#trace?.(`${next.time} event ${next.label}`);
      happen();
      return true;
    }
  }

  /** Lets all happen that is due in the next `duration` ms. */
  run(duration: number): void {
    const end = this.#now + duration;
    while (this.step(end));
    this.#now = end;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      let below = heap[child]!;
      if (child + 1 < size) {
        const other = heap[child + 1]!;
        if (isBefore(other, below)) {
          below = other;
          child++;
        }
      }
      if (!isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

/** Takes an event back that has not happened. */
export function cancel(event: SimEvent): void {
  event.happen = undefined;
}

function isBefore(a: SimEvent, b: SimEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
