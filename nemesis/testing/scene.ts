/** A run for tests: the host in memory, the clock that jumps, and what was recorded. */
import { expect } from 'vitest';
import type { Json } from '../../systems/contract.ts';
import type { NemesisEntry, Span, Target, Timing } from '../entry.ts';
import { runNemesis, runSchedule, type NemesisRecord, type Setting } from '../nemesis.ts';
import type { RecordedFault } from '../recorded.ts';
import { MemoryHost } from './memory-host.ts';
import { VirtualClock } from './virtual-clock.ts';

export const fixed = (ms: number): Span => ({ min: ms, max: ms });
export const clockTiming = (every: number, length: number, after?: number): Timing => ({
  kind: 'clock',
  every: fixed(every),
  for: fixed(length),
  after,
});
export const cut = (
  timing: Timing,
  more: Partial<Extract<NemesisEntry, { fault: 'partition' }>> = {},
): NemesisEntry => ({
  fault: 'partition',
  shape: 'one',
  direction: 'both',
  mode: 'stall',
  timing,
  ...more,
});
export const halves = (timing: Timing): NemesisEntry => cut(timing, { shape: 'random-halves' });
export const pauseOf = (node: string, timing: Timing): NemesisEntry => ({
  fault: 'pause',
  target: { node },
  timing,
});
export const crashOf = (node: string, timing: Timing): NemesisEntry => ({
  fault: 'crash',
  target: { node },
  timing,
});

export const diskOf = (node: string, trouble: 'slow' | 'fail' | 'full', timing: Timing): NemesisEntry => ({
  fault: 'disk',
  target: { node },
  ...(trouble === 'slow' ? { trouble, delay: 50 } : { trouble }),
  timing,
});
export const flipOf = (target: Target, timing: Timing): NemesisEntry => ({ fault: 'flip', target, timing });

export class Scene {
  readonly clock = new VirtualClock();
  readonly host: MemoryHost;
  readonly records: (NemesisRecord & { readonly at: number })[] = [];
  readonly abort = new AbortController();
  readonly time: number;

  constructor(time = 10_000, count = 5) {
    this.time = time;
    this.host = new MemoryHost(this.clock, count);
  }

  get setting(): Setting {
    return {
      host: this.host,
      time: this.time,
      clock: this.clock,
      signal: this.abort.signal,
      record: (entry: NemesisRecord) => void this.records.push({ ...entry, at: this.clock.now() }),
    };
  }

  run(entries: readonly NemesisEntry[], seed = 1): Promise<readonly RecordedFault[]> {
    return this.clock.run(runNemesis({ ...this.setting, entries, seed }));
  }

  replay(schedule: readonly RecordedFault[]): Promise<readonly RecordedFault[]> {
    return this.clock.run(runSchedule({ ...this.setting, schedule }));
  }

  /** One line a record: `1000 nemesis-0 ok pause.start {"about":"n1", …}`. */
  transcript(): string[] {
    return this.records.map(({ at, process, type, f, value, error }) =>
      [at, process, type, f, value === undefined ? '' : JSON.stringify(value), error ?? ''].join(' ').trim(),
    );
  }

  of(type: NemesisRecord['type'], f: string): (NemesisRecord & { readonly at: number })[] {
    return this.records.filter((record) => record.type === type && record.f === f);
  }

  /** All is whole, it said so, and nobody waits for anything any more. */
  expectHealed(): void {
    expect(this.host.broken(), this.transcript().join('\n')).toEqual([]);
    expect(this.records.at(-1)).toMatchObject({
      process: 'nemesis',
      type: 'ok',
      f: 'heal',
      value: { settled: true },
    });
    expect(this.clock.sleepers).toBe(0);
  }
}

export const field = (value: Json | undefined, name: string): Json | undefined =>
  (value as { readonly [name: string]: Json } | undefined)?.[name];
