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
  /**
   * A binary heap: each event is at least as early as the two at twice its place, plus one and two. The
   * times stand beside the events too, so that looking for a place does not touch them.
   */
  readonly #heap: SimEvent[] = [];
  #times = new Float64Array(1024);
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
    if (place === this.#times.length) this.#grow();
    const times = this.#times;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      // Of two at one time the earlier sequence is above already.
      if (times[parent]! <= event.time) break;
      heap[place] = heap[parent]!;
      times[place] = times[parent]!;
      place = parent;
    }
    heap[place] = event;
    times[place] = event.time;
    return event;
  }

  after(delay: number, label: string, happen: () => void): SimEvent {
    return this.at(this.#now + delay, label, happen);
  }

  /** Lets the next event happen, if there is one no later than `until`. */
  step(until = Infinity): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || this.#times[0]! > until) return false;
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
    const times = this.#times;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    const { time, sequence } = last;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      let earliest = times[child]!;
      if (child + 1 < size) {
        const other = times[child + 1]!;
        if (other < earliest || (other === earliest && heap[child + 1]!.sequence < heap[child]!.sequence)) {
          child++;
          earliest = other;
        }
      }
      if (time < earliest || (time === earliest && sequence < heap[child]!.sequence)) break;
      heap[place] = heap[child]!;
      times[place] = earliest;
      place = child;
    }
    heap[place] = last;
    times[place] = time;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#times.length);
    larger.set(this.#times);
    this.#times = larger;
  }
}

/** Takes an event back that has not happened. */
export function cancel(event: SimEvent): void {
  event.happen = undefined;
}
