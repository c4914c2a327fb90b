/** How many operations completed and how fast, in a few hundred equal pieces of a run's time. */
import { isClientOp, type Op, type ProcessId } from '../history/op.ts';
import type { Bucket } from './page/data.ts';

/** So many pieces at most, of so many ms at least: more could not be told apart on a screen. */
const PIECES = 300;
const LEAST = 100;
/** Of a piece's latencies so many are kept, every second one dropped when there are more. */
const KEPT = 2000;

interface Piece {
  ok: number;
  fail: number;
  info: number;
  latencies: number[];
  /** Every so manieth latency is kept. */
  stride: number;
  seen: number;
}

/** Takes all ops in order. Memory does not grow with their number. */
export class Series {
  #width = LEAST;
  #pieces: Piece[] = [];
  readonly #invoked = new Map<ProcessId, number>();

  push(op: Op): void {
    if (!isClientOp(op)) return;
    if (op.type === 'invoke') {
      this.#invoked.set(op.process, op.time);
      return;
    }
    const ms = op.time / 1e6;
    while (ms >= this.#width * PIECES) this.#halve();
    const piece = this.#at(Math.floor(ms / this.#width));
    piece[op.type]++;
    const invoked = this.#invoked.get(op.process);
    this.#invoked.delete(op.process);
    if (op.type === 'ok' && invoked !== undefined) keep(piece, (op.time - invoked) / 1e6);
  }

  finish(): { readonly width: number; readonly buckets: readonly Bucket[] } {
    return {
      width: this.#width,
      buckets: this.#pieces.map(({ ok, fail, info, latencies }) => {
        const sorted = Float64Array.from(latencies).sort();
        const quantile = (q: number): number | null =>
          sorted.length === 0
            ? null
            : round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!);
        return { ok, fail, info, p50: quantile(0.5), p99: quantile(0.99) };
      }),
    };
  }

  #at(index: number): Piece {
    while (this.#pieces.length <= index) {
      this.#pieces.push({ ok: 0, fail: 0, info: 0, latencies: [], stride: 1, seen: 0 });
    }
    return this.#pieces[index]!;
  }

  /** Two pieces become one. */
  #halve(): void {
    this.#width *= 2;
    const joined: Piece[] = [];
    for (let at = 0; at < this.#pieces.length; at += 2) {
      const [a, b] = [this.#pieces[at]!, this.#pieces[at + 1]];
      if (b !== undefined) {
        a.ok += b.ok;
        a.fail += b.fail;
        a.info += b.info;
        for (const latency of b.latencies) keep(a, latency);
      }
      joined.push(a);
    }
    this.#pieces = joined;
  }
}

function keep(piece: Piece, latency: number): void {
  if (piece.seen++ % piece.stride !== 0) return;
  piece.latencies.push(latency);
  if (piece.latencies.length < KEPT) return;
  piece.latencies = piece.latencies.filter((_, at) => at % 2 === 0);
  piece.stride *= 2;
}

function round(ms: number): number {
  return Number(ms.toPrecision(4));
}
