/**
 * A node's disk, which knows what is durable. Each file is its durable content and the operations asked
 * for since, in order. A crash keeps some prefix of these, and maybe a part of the append after it.
 */
import type { Disk, DiskCompletion, DiskToken } from '../contract.ts';

type Operation =
  | { readonly kind: 'append'; readonly bytes: Uint8Array }
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number }
  | { readonly kind: 'remove' };

interface File {
  /** Pieces of the durable content; undefined when there durably is no such file. */
  durable: Uint8Array[] | undefined;
  pending: Operation[];
  /** How many operations were ever made durable, to tell which of `pending` a sync covers. */
  folded: number;
}

/** What a crash leaves of the operations not yet durable on one file: how many, and bytes of the next append. */
export type Survival = (
  pending: number,
  nextAppend: number,
) => { readonly operations: number; readonly torn: number };

export const LOSE_ALL: Survival = () => ({ operations: 0, torn: 0 });

export class RigDisk implements Disk {
  private files = new Map<string, File>();
  private tokens = 0;
  private error: string | undefined;
  private readonly complete: (completion: DiskCompletion) => void;

  /** `complete` is told of each sync and replace when asked for; it reports back by `finish`, later. */
  private readonly schedule: (finish: () => void) => void;

  constructor(schedule: (finish: () => void) => void, complete: (completion: DiskCompletion) => void) {
    this.schedule = schedule;
    this.complete = complete;
  }

  read(file: string): Uint8Array | undefined {
    const found = this.files.get(file);
    return found && joined(apply(found.durable, found.pending));
  }

  append(file: string, bytes: Uint8Array): void {
    this.open(file).pending.push({ kind: 'append', bytes });
  }

  sync(file: string): DiskToken {
    return this.finishLater(file);
  }

  replace(file: string, bytes: Uint8Array): DiskToken {
    this.open(file).pending.push({ kind: 'replace', bytes });
    return this.finishLater(file);
  }

  truncate(file: string, size: number): void {
    this.open(file).pending.push({ kind: 'truncate', size });
  }

  remove(file: string): void {
    this.open(file).pending.push({ kind: 'remove' });
  }

  list(): readonly string[] {
    return [...this.files.keys()].filter((file) => this.read(file) !== undefined).sort();
  }

  /** The power goes: what is not durable survives only as far as `survival` says. Completions under way never come. */
  crash(survival: Survival): void {
    for (const file of this.files.values()) {
      const { pending } = file;
      const nextAppend = (at: number): number => {
        const next = pending[at];
        return next?.kind === 'append' ? next.bytes.length : 0;
      };
      const { operations, torn } = survival(pending.length, nextAppend(0));
      const kept = pending.slice(0, operations);
      const piece = pending[operations];
      if (piece?.kind === 'append' && torn > 0) {
        kept.push({ kind: 'append', bytes: piece.bytes.slice(0, Math.min(torn, piece.bytes.length)) });
      }
      file.durable = apply(file.durable, kept);
      file.folded += pending.length;
      file.pending = [];
    }
  }

  /** Flips the bits of one durable byte. */
  corrupt(file: string, offset: number): void {
    const found = this.files.get(file);
    const bytes = found && joined(found.durable);
    if (bytes === undefined || offset >= bytes.length) throw new Error(`${file} has no byte ${offset}`);
    const damaged = bytes.slice();
    damaged[offset] = damaged[offset]! ^ 0xff;
    found!.durable = [damaged];
  }

  /** The next completion reports `error`. */
  fail(error: string): void {
    this.error = error;
  }

  private finishLater(name: string): DiskToken {
    const token = ++this.tokens;
    const file = this.open(name);
    const upTo = file.folded + file.pending.length;
    this.schedule(() => {
      const { error } = this;
      this.error = undefined;
      if (error !== undefined) {
        this.complete({ token, error });
        return;
      }
      const covered = file.pending.splice(0, Math.max(0, upTo - file.folded));
      file.durable = apply(file.durable, covered);
      file.folded += covered.length;
      this.complete({ token });
    });
    return token;
  }

  private open(name: string): File {
    const found = this.files.get(name);
    if (found !== undefined) return found;
    const file: File = { durable: undefined, pending: [], folded: 0 };
    this.files.set(name, file);
    return file;
  }
}

function apply(
  content: Uint8Array[] | undefined,
  operations: readonly Operation[],
): Uint8Array[] | undefined {
  let pieces = content;
  for (const operation of operations) {
    switch (operation.kind) {
      case 'append':
        pieces = [...(pieces ?? []), operation.bytes];
        break;
      case 'replace':
        pieces = [operation.bytes];
        break;
      case 'truncate':
        pieces = pieces && [joined(pieces)!.slice(0, operation.size)];
        break;
      case 'remove':
        pieces = undefined;
    }
  }
  // Many small pieces would make every later look at them slow.
  return pieces && pieces.length > 64 ? [joined(pieces)!] : pieces;
}

function joined(pieces: readonly Uint8Array[] | undefined): Uint8Array | undefined {
  if (pieces === undefined) return undefined;
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
