/**
 * The nemesis: breaks a running system as its plan says, records every fault in the history, and leaves
 * everything whole.
 *
 * Each entry of the plan is a lane with a process of its own, `nemesis-0`, `nemesis-1`, …, so faults of
 * several lanes overlap; what a person starts has the lane `nemesis-hand`. What a lane records:
 *
 *     invoke partition.start  {shape, direction, mode, for}      what was asked for
 *     ok     partition.start  {about, targets, links}            it is on (links: of partitions only;
 *                                                                mayHalt: nodes it may rightly make halt)
 *     invoke partition.stop
 *     ok     partition.stop   {observed, evidence}               it is undone; did it take effect? (idle:
 *                                                                there was nothing to take effect on)
 *
 * A fault that could not be aimed (no leader, the node is down) is `ok` with `{skipped: why}` and has
 * no stop. One that failed is `info` with an `error`; when that was the start, it was undone and has no
 * stop either. In the end, in whatever way that comes, `nemesis` records `heal`: `ok` with
 * `{settled: true}`, or `info` with what could not be undone.
 */
import type { Json, NodeId } from '../systems/contract.ts';
import { bounded } from './bounded.ts';
import { tellingLinks, type BrokenLink } from './broken-links.ts';
import type { Clock } from './clock.ts';
import type { NemesisEntry } from './entry.ts';
import type { Active, Effect } from './fault.ts';
import { aim, parametersOf, start } from './faults.ts';
import { linkText } from './grudge.ts';
import { HAND, HandQueue, type Hand } from './hand.ts';
import { errorText, Holds } from './holds.ts';
import type { NemesisHost } from './host.ts';
import { lengthOf, stream } from './random.ts';
import type { LaneName, RecordedFault } from './recorded.ts';
import { slots } from './schedule.ts';

/** What the nemesis adds to the history. */
export interface NemesisRecord {
  readonly process: string;
  readonly type: 'invoke' | 'ok' | 'info';
  readonly f: string;
  readonly value?: Json;
  readonly error?: string;
}

export interface Setting {
  readonly host: NemesisHost;
  /** The run's length, ms; everything is healed by then. */
  readonly time: number;
  readonly clock: Clock;
  readonly record: (entry: NemesisRecord) => void;
  /** Ends everything early, healed. */
  readonly signal: AbortSignal;
  /** The `NodeStatus.role` of a node that leads; `leader` unless told. */
  readonly leaderRole?: string;
  /** Hears of all links that are cut or shaped, each time that changes. */
  readonly onLinks?: ((links: readonly BrokenLink[]) => void) | undefined;
  /** Given what starts and heals faults by hand; not where a schedule has such faults of its own. */
  readonly onHand?: ((hand: Hand) => void) | undefined;
}

export interface NemesisOptions extends Setting {
  readonly entries: readonly NemesisEntry[];
  readonly seed: number;
}

export interface ReplayOptions extends Setting {
  readonly schedule: readonly RecordedFault[];
}

/**
 * Runs every lane until the run's time is over, or `signal` fires. Resolves, with the faults as they
 * happened, when everything is healed; rejects only after that, and only where `record` or the clock
 * does.
 */
export function runNemesis({ entries, seed, ...setting }: NemesisOptions): Promise<readonly RecordedFault[]> {
  return withLanes(setting, (nemesis) =>
    entries.map(async (entry, index) => {
      const times = stream(seed, index, 'times');
      const lane = nemesis.lane(index);
      let count = 0;
      const once = (duration: number, trigger: NodeId | undefined): Promise<void> =>
        lane.aimed(entry, duration, trigger, seed, count++);
      if (entry.timing.kind !== 'mark') {
        for (const { at, until } of slots(entry.timing, setting.time, times)) {
          await lane.sleepUntil(at);
          if (lane.over) return;
          await once(until - at, undefined);
        }
        return;
      }
      const { mark, every } = entry.timing;
      for (;;) {
        const node = await lane.reached(mark);
        if (node === undefined) break;
        await once(lengthOf(entry.timing.for, times), node);
        await lane.sleepUntil(setting.clock.now() + lengthOf(every, times));
        if (lane.over) break;
      }
      if (count === 0) lane.skipped(entry, `no node reached ${mark}`);
    }),
  );
}

/** Does what a schedule recorded, at the times it recorded, to the nodes and links it recorded. */
export function runSchedule({ schedule, ...setting }: ReplayOptions): Promise<readonly RecordedFault[]> {
  const lanes = new Map<LaneName, RecordedFault[]>();
  for (const fault of [...schedule].sort((a, b) => a.at - b.at)) {
    lanes.set(fault.lane, [...(lanes.get(fault.lane) ?? []), fault]);
  }
  const { onHand, ...rest } = setting;
  return withLanes({ ...rest, ...(!lanes.has(HAND) && { onHand }) }, (nemesis) =>
    [...lanes].map(async ([index, faults]) => {
      const lane = nemesis.lane(index);
      for (const { at, until, effect } of faults) {
        await lane.sleepUntil(at);
        if (lane.over) return;
        await lane.replayed(effect, until);
      }
    }),
  );
}

/** Starts the lanes, waits for all of them, and heals everything, however they ended. */
async function withLanes(
  setting: Setting,
  startLanes: (nemesis: Nemesis) => readonly Promise<void>[],
): Promise<readonly RecordedFault[]> {
  const nemesis = new Nemesis(setting);
  try {
    const lanes = [...startLanes(nemesis), ...nemesis.byHand()].map((lane) =>
      lane.catch((error: unknown) => {
        nemesis.end();
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
    if (failed) throw failed.reason;
  } finally {
    nemesis.end();
    await nemesis.heal();
  }
  return nemesis.happened();
}

class Nemesis {
  readonly setting: Setting;
  readonly host: NemesisHost;
  readonly holds: Holds;
  /** Fires when the run's time is over, when the run is ended early, and when a lane fails. */
  readonly signal: AbortSignal;
  readonly faults: RecordedFault[] = [];
  readonly #over = new AbortController();

  constructor(setting: Setting) {
    this.setting = setting;
    const host = bounded(setting.host, setting.clock);
    this.host = setting.onLinks ? tellingLinks(host, setting.onLinks) : host;
    this.holds = new Holds(this.host, setting.clock);
    this.signal = AbortSignal.any([setting.signal, this.#over.signal]);
    void setting.clock.sleepUntil(setting.time, this.signal).then(() => this.end());
  }

  lane(name: LaneName): Lane {
    return new Lane(this, name);
  }

  /** The lane of faults by hand, which is over with the run; none where nobody asked for it. */
  byHand(): readonly Promise<void>[] {
    const { onHand } = this.setting;
    if (onHand === undefined) return [];
    const queue = new HandQueue();
    onHand(queue);
    return [this.#follow(queue, this.lane(HAND))];
  }

  async #follow(queue: HandQueue, lane: Lane): Promise<void> {
    for (let count = 0; ; count++) {
      const asked = await queue.next(this.signal);
      if (asked === undefined) return;
      await lane.aimed(asked.entry, Infinity, undefined, 0, count, asked.healed);
      queue.done();
    }
  }

  end(): void {
    this.#over.abort();
  }

  async heal(): Promise<void> {
    const { record } = this.setting;
    const process = 'nemesis';
    let recordFailed: { readonly error: unknown } | undefined;
    try {
      record({ process, type: 'invoke', f: 'heal' });
    } catch (error) {
      // The history is gone; the nodes are healed all the same.
      recordFailed = { error };
    }
    const errors = await this.holds.releaseAll();
    if (recordFailed) throw recordFailed.error;
    if (errors.length === 0) record({ process, type: 'ok', f: 'heal', value: { settled: true } });
    else {
      record({ process, type: 'info', f: 'heal', value: { settled: false }, error: errors.join('; ') });
    }
  }

  happened(): readonly RecordedFault[] {
    return [...this.faults].sort((a, b) => a.at - b.at || orderOf(a.lane) - orderOf(b.lane));
  }
}

/** What is done by hand comes last. */
function orderOf(lane: LaneName): number {
  return lane === HAND ? Infinity : lane;
}

/** One entry's faults, one at a time. */
class Lane {
  readonly #nemesis: Nemesis;
  readonly #name: LaneName;
  /** The nemesis's signal, as one of the lane's own: a signal warns when many listen to it. */
  readonly #signal: AbortSignal;

  constructor(nemesis: Nemesis, name: LaneName) {
    this.#nemesis = nemesis;
    this.#name = name;
    this.#signal = AbortSignal.any([nemesis.signal]);
  }

  get over(): boolean {
    return this.#signal.aborted;
  }

  sleepUntil(ms: number): Promise<void> {
    return this.#nemesis.setting.clock.sleepUntil(ms, this.#signal);
  }

  reached(mark: string): Promise<NodeId | undefined> {
    return this.#nemesis.host.reached(mark, this.#signal);
  }

  /** The `count`th fault of an entry, aimed now; for `duration` ms, or until `healed` fires. */
  async aimed(
    entry: NemesisEntry,
    duration: number,
    trigger: NodeId | undefined,
    seed: number,
    count: number,
    healed?: AbortSignal,
  ): Promise<void> {
    const { host, holds, setting } = this.#nemesis;
    const f = `${entry.fault}.start`;
    const asked = {
      ...parametersOf(entry),
      ...(duration < Infinity && { for: duration }),
      ...(trigger !== undefined && { trigger }),
    };
    this.#record('invoke', f, asked);
    let target: Awaited<ReturnType<typeof aim>>;
    try {
      target = await aim(entry, {
        host,
        holds,
        random: stream(seed, this.#name, 'targets', count),
        clock: setting.clock,
        signal: this.#signal,
        trigger,
        leaderRole: setting.leaderRole ?? 'leader',
      });
    } catch (error) {
      this.#record('info', f, asked, errorText(error));
      return;
    }
    if ('skipped' in target) this.#record('ok', f, { skipped: target.skipped });
    else if (this.over) this.#record('ok', f, { skipped: 'the run was over' });
    else if (healed?.aborted) this.#record('ok', f, { skipped: 'it was healed before it was on' });
    else await this.#during(target.effect, (now) => now + duration, healed);
  }

  async replayed(effect: Effect, until: number): Promise<void> {
    this.#record('invoke', `${effect.fault}.start`, { replay: effect.about, until });
    await this.#during(effect, () => until);
  }

  skipped(entry: NemesisEntry, why: string): void {
    this.#record('invoke', `${entry.fault}.start`, parametersOf(entry));
    this.#record('ok', `${entry.fault}.start`, { skipped: why });
  }

  /** From the start, whose invocation is recorded, to the stop. `until` gives its end from when it was on. */
  async #during(effect: Effect, until: (now: number) => number, healed?: AbortSignal): Promise<void> {
    const { host, holds, setting } = this.#nemesis;
    const { clock, time } = setting;
    const at = clock.now();
    const duration = Math.max(0, Math.min(until(at), time) - at);
    let active: Active;
    try {
      active = await start(effect, { host, holds, clock, duration });
    } catch (error) {
      this.#record('info', `${effect.fault}.start`, { about: effect.about }, errorText(error));
      return;
    }
    this.#record('ok', `${effect.fault}.start`, {
      about: effect.about,
      targets: active.targets,
      ...(effect.fault === 'partition' && { links: effect.links.map(linkText) }),
      ...(active.mayHalt !== undefined && { mayHalt: active.mayHalt }),
    });
    const end = Math.min(until(clock.now()), time);
    await clock.sleepUntil(end, healed ? AbortSignal.any([this.#signal, healed]) : this.#signal);
    const stop = `${effect.fault}.stop`;
    this.#record('invoke', stop);
    const over = clock.now();
    let failure: string | undefined;
    try {
      await active.stop();
    } catch (error) {
      failure = errorText(error);
    }
    this.#nemesis.faults.push({ lane: this.#name, at, until: over, effect });
    const { observed, idle, evidence } = active.observe();
    this.#record(
      failure === undefined ? 'ok' : 'info',
      stop,
      { observed, ...(idle && { idle }), evidence },
      failure,
    );
  }

  #record(type: NemesisRecord['type'], f: string, value?: Json, error?: string): void {
    this.#nemesis.setting.record({
      process: `nemesis-${this.#name}`,
      type,
      f,
      ...(value !== undefined && { value }),
      ...(error !== undefined && { error }),
    });
  }
}
