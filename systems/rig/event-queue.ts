/** What is to happen, ordered by (time, sequence): of two things at one time, the one asked for first. */
interface Event {
  readonly time: number;
  readonly sequence: number;
  readonly happen: () => void;
  cancelled: boolean;
}

export class EventQueue {
  /** A binary heap: each event is at least as early as the two at twice its place, plus one and two. */
  private readonly heap: Event[] = [];
  private sequence = 0;
  private time = 0;

  /** Milliseconds of virtual time. */
  get now(): number {
    return this.time;
  }

  /** The result cancels it. */
  after(delay: number, happen: () => void): () => void {
    const event: Event = {
      time: this.time + Math.max(0, delay),
      sequence: this.sequence++,
      happen,
      cancelled: false,
    };
    this.rise(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Lets the next event happen, if there is one no later than `until`. */
  step(until = Infinity): boolean {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.time > until) return false;
      this.removeFirst();
      if (next.cancelled) continue;
      this.time = next.time;
      next.happen();
      return true;
    }
  }

  /** Lets all happen that is due in the next `duration` ms. */
  run(duration: number): void {
    const end = this.time + duration;
    while (this.step(end));
    this.time = end;
  }

  private rise(event: Event): void {
    let at = this.heap.length;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!before(event, this.heap[parent]!)) break;
      this.heap[at] = this.heap[parent]!;
      at = parent;
    }
    this.heap[at] = event;
  }

  private removeFirst(): void {
    const last = this.heap.pop()!;
    const size = this.heap.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(this.heap[child + 1]!, this.heap[child]!)) child++;
      if (!before(this.heap[child]!, last)) break;
      this.heap[at] = this.heap[child]!;
      at = child;
    }
    this.heap[at] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
