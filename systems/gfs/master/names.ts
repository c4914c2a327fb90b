/**
 * Changes of names (paper §4.1): create, delete, rename, snapshot. Each is one record of the operation log,
 * with who asked for it, so that the same request again gets the same answer, also after a restart.
 *
 * Clients write to chunks that they looked up before. So in strong mode nothing about a file's name changes
 * while a lease on one of its chunks is out: leases are taken back first, or waited for (paper §3.4, there
 * for snapshots). Whoever comes with the old version then is refused, and looks the name up again. In
 * relaxed mode only snapshots do that.
 */
import type { RequestId } from '../../contract.ts';
import type { MarkingEnv } from '../marks.ts';
import type { Handle } from '../messages.ts';
import type { Asker, NameChange, Refusal, Response } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { Leases } from './leases.ts';
import type { Ledger } from './ledger.ts';
import type { Answered, Change } from './tables.ts';

interface Asked {
  /** The newest that asked for it. */
  request: RequestId;
  attempt: number;
  readonly change: NameChange & Asker;
}

/** Changes that wait for leases; more are refused. */
const MAX_WAITING = 1000;

export class Names {
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly ledger: Ledger;
  private readonly leases: Leases;
  private waiting: Asked[] = [];
  private alsoBlocked: readonly Handle[] = [];

  constructor(env: MarkingEnv, settings: Settings, ledger: Ledger, leases: Leases) {
    this.env = env;
    this.settings = settings;
    this.ledger = ledger;
    this.leases = leases;
  }

  onRequest(request: RequestId, change: NameChange & Asker): void {
    const { client, seq, attempt } = change;
    const same = this.waiting.find((asked) => asked.change.client === client && asked.change.seq === seq);
    if (same !== undefined) {
      if (attempt < same.attempt) return;
      same.request = request;
      same.attempt = attempt;
      return;
    }
    if (this.waiting.length >= MAX_WAITING) {
      this.answer(request, { refused: 'overloaded' });
      return;
    }
    this.waiting.push({ request, attempt, change });
    this.advance(this.alsoBlocked);
  }

  /** Carries out what waits for no lease any more, in the order in which it was asked for; `also` stay blocked. */
  advance(also: readonly Handle[]): void {
    this.alsoBlocked = also;
    const blocked = new Set(also);
    this.waiting = this.waiting.filter((asked) => {
      const needed = this.neededBy(asked.change);
      // Two that wait for the same chunks go one after the other.
      const isFirst = !needed.some((handle) => blocked.has(handle) && !also.includes(handle));
      if (isFirst && !needed.some((handle) => this.leases.isLeased(handle))) {
        for (const handle of needed) this.leases.end(handle);
        this.carryOut(asked);
        return false;
      }
      for (const handle of needed) blocked.add(handle);
      return true;
    });
    this.leases.block(blocked);
  }

  /** Chunks on which no lease may be out. */
  private neededBy(change: NameChange & Asker): readonly Handle[] {
    const { f, path } = change;
    if (f === 'create' || this.outcomeOf(change) !== 'ok') return [];
    if (!this.settings.strong && f !== 'snapshot') return [];
    const chunks = this.ledger.tables.files.get(path) ?? [];
    return chunks.flatMap((handle) => (handle === null ? [] : [handle]));
  }

  private carryOut({ request, attempt, change }: Asked): void {
    const { client, seq } = change;
    const [lastSeq, lastOutcome] = this.ledger.tables.answered.get(client) ?? [0, ''];
    if (lastSeq >= seq) {
      this.env.reached('dedup-hit');
      this.answer(request, lastSeq > seq ? { refused: 'late' } : responseOf(lastOutcome));
      return;
    }
    const outcome = this.outcomeOf(change);
    const by: Answered = [client, seq, outcome];
    if (outcome === 'ok') {
      this.ledger.record(this.recordOf(change), by);
      if (change.f === 'snapshot') this.env.reached('snapshot-taken');
    }
    // An earlier attempt may yet arrive, and must not take effect after this refusal.
    else if (attempt > 1) this.ledger.record(['answer'], by);
    this.answer(request, responseOf(outcome));
  }

  private outcomeOf(change: NameChange): 'ok' | 'exists' | 'no-such-file' {
    const { files } = this.ledger.tables;
    if (change.f === 'create') return files.has(change.path) ? 'exists' : 'ok';
    if (!files.has(change.path)) return 'no-such-file';
    return 'to' in change && files.has(change.to) ? 'exists' : 'ok';
  }

  private recordOf(change: NameChange): Change {
    switch (change.f) {
      case 'create':
        return ['create', change.path];
      case 'delete':
        return ['delete', change.path, this.env.now()];
      case 'rename':
      case 'snapshot':
        return [change.f, change.path, change.to];
    }
  }

  private answer(request: RequestId, response: Response): void {
    this.ledger.log.beforeAnswer(() => this.env.reply(request, response));
  }
}

function responseOf(outcome: string): Response {
  return outcome === 'ok' ? { ok: null } : { refused: refusalIn(outcome) };
}

function refusalIn(outcome: string): Refusal {
  return outcome === 'exists' ? 'exists' : 'no-such-file';
}
