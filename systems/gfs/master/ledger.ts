/** The tables and the log that they are made of: what is recorded takes effect in memory at once, and on disk soon. */
import type { Bugs } from '../bugs.ts';
import type { MarkingEnv } from '../marks.ts';
import type { Settings } from '../settings.ts';
import type { DiskToken } from '../../contract.ts';
import { OperationLog } from './operation-log.ts';
import { recordIn, Tables, type Answered, type Change } from './tables.ts';

export class Ledger {
  readonly tables = new Tables();
  readonly log: OperationLog;
  private readonly env: MarkingEnv;
  private readonly settings: Settings;
  private readonly bugs: Bugs;

  constructor(env: MarkingEnv, settings: Settings, bugs: Bugs) {
    this.env = env;
    this.settings = settings;
    this.bugs = bugs;
    this.log = new OperationLog(env.disk, {
      forgetsTail: bugs.has('checkpoint-drops-log-tail'),
      answersEarly: bugs.has('master-acks-before-log'),
    });
  }

  /** Throws `CorruptFile`. */
  recover(): void {
    const torn = this.log.recover(
      (checkpoint) => this.tables.restore(checkpoint),
      (json) => {
        const record = recordIn(json);
        if (record !== undefined) this.tables.apply(record);
        return record !== undefined;
      },
    );
    if (torn > 0) {
      this.env.log('torn tail of the operation log cut off', { bytes: torn });
      this.env.reached('torn-tail');
    }
    if (this.log.last > 0) this.env.reached('recovered');
  }

  record(change: Change, by?: Answered): void {
    const record = by === undefined ? { change } : { change, by };
    const isVersion = change[0] === 'raise' || (change[0] === 'in-force' && this.versionOf(change[1]) > 0);
    this.tables.apply(record);
    if (isVersion && this.bugs.has('version-not-persisted')) return;
    this.log.append(by === undefined ? { change: [...change] } : { change: [...change], by: [...by] });
    if (this.log.sinceCheckpoint >= this.settings.checkpointEvery && !this.log.isCheckpointing) {
      this.log.checkpoint(this.tables.dump());
    }
  }

  /** True when the token was the log's. */
  completed(token: DiskToken): boolean {
    const what = this.log.completed(token);
    if (what === 'checkpoint') this.env.reached('checkpoint');
    return what !== undefined;
  }

  private versionOf(handle: number): number {
    return this.tables.chunks.get(handle)?.inForce ?? 0;
  }
}
