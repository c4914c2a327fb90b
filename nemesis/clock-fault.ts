/**
 * Makes nodes' clocks wrong: ahead or behind (`bump`), too fast or too slow (`drift`), or jumping to and
 * fro (`strobe`). Only what a node reads is wrong; its timers go on.
 *
 * Observed by asking the clocks: while it is on, each that answers is wrong by what was asked for, all
 * lanes together, and right again (or as wrong as other lanes want it) when it is over. Nodes that are
 * down or stopped all the while show nothing either way.
 */
import type { Json, NodeId } from '../systems/contract.ts';
import type { Clock } from './clock.ts';
import type { Span } from './entry.ts';
import type { Effect, Fault, StartOptions } from './fault.ts';
import { errorText, type Release } from './holds.ts';
import type { Skew } from './host.ts';
import { hittable } from './node-fault.ts';
import { lengthOf, type Random } from './random.ts';

/** What an entry has that does not say otherwise, and whose mode needs it. */
export const CLOCK_DEFAULTS = { offset: span(500), drift: span(0.02), period: 200 } as const;
/** How far off a reading may be, ms, and as a share of what was asked for. */
const TOLERANCE = { ms: 1, share: 0.1 } as const;

/** An error below it can't be told from none, ms. */
const LEAST = 1;

type Skews = Extract<Effect, { fault: 'clock' }>['skews'];

export const clock: Fault<'clock'> = {
  name: 'clock',
  about: 'set the clocks of nodes ahead or back, make them drift, or jump to and fro',
  parameters: [
    { name: 'target', about: 'which nodes' },
    { name: 'mode', about: 'bump: off by offset; drift: too fast or too slow; strobe: to and fro' },
    { name: 'offset', about: 'how far ahead; negative: behind. For bump and strobe' },
    { name: 'drift', about: 'how much faster; negative: slower' },
    { name: 'period', about: 'from one jump of a strobe to the next' },
  ],
  defaults: { target: 'one', mode: 'bump', offset: CLOCK_DEFAULTS.offset, every: 10_000, for: 3000 },
  needs: ['skew', 'clockError', 'state'],

  async aim(entry, options) {
    const hit = await hittable(entry.target, ['up', 'paused', 'down'], options);
    if ('skipped' in hit) return hit;
    const { nodes } = hit;
    const skews: Skews = Object.fromEntries(
      nodes.map((node) => [
        node,
        entry.mode === 'drift'
          ? { offset: 0, rate: 1 + shareOf(entry.drift, options.random) }
          : { offset: offsetOf(entry.offset, options.random), rate: 1 },
      ]),
    );
    const about = `${entry.mode} ${nodes.map((node) => `${node} ${skewText(skews[node]!)}`).join(' ')}`;
    const period = entry.mode === 'strobe' ? entry.period : 0;
    return { effect: { fault: 'clock', about, nodes, skews, period } };
  },

  async start({ nodes, skews, period }, options) {
    const { holds } = options;
    const skewed = nodes.map((node) => {
      const skew = skews[node];
      if (skew === undefined) throw new Error(`no skew of ${node} is given`);
      return { node, skew };
    });
    const strobe = new Strobe(() => holds.skew(skewed), period, options.clock);
    await strobe.start();
    const first = await readings(nodes, options);
    let last: readonly Reading[] = [];
    let after: readonly Reading[] = [];
    return {
      targets: nodes,
      async stop() {
        try {
          await strobe.settle();
          last = await readings(nodes, options);
        } finally {
          await strobe.stop();
        }
        after = await readings(nodes, options);
      },
      observe() {
        const all = [...first, ...last, ...after];
        const wrong = all.filter((reading) => !isRight(reading));
        const problem = all.find((reading) => reading.problem !== undefined)?.problem;
        const evidence = {
          skewed: shown(last),
          after: shown(after),
          ...(period > 0 && { jumps: strobe.jumps }),
          ...(wrong.length > 0 && {
            wrong: wrong.map(({ node, error, wanted }) => ({ node, error: error ?? null, wanted })),
          }),
          ...(problem !== undefined && { error: problem }),
        };
        const telling = [...first, ...last].filter(tells);
        if (telling.length === 0 && wrong.length === 0 && problem === undefined) {
          return { observed: false, idle: true, evidence };
        }
        const observed = problem === undefined && wrong.length === 0 && telling.some(isShown);
        return { observed, evidence };
      },
    };
  },
};

/** Takes a hold of clocks and lets it go, by turns; without a period it takes it once. */
class Strobe {
  readonly #hold: () => Promise<Release>;
  readonly #period: number;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #release: Release | undefined;
  #jumping: Promise<void> = Promise.resolve();
  #failure: unknown;
  /** How often the clocks have jumped, either way. */
  jumps = 0;

  constructor(hold: () => Promise<Release>, period: number, clock: Clock) {
    this.#hold = hold;
    this.#period = period;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    await this.#take();
    if (this.#period > 0)
      this.#jumping = this.#jump().catch((error: unknown) => void (this.#failure = error));
  }

  /** No more jumps: the clocks stay as wrong as asked for. */
  async settle(): Promise<void> {
    this.#over.abort();
    await this.#jumping;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#release === undefined) await this.#take();
  }

  async stop(): Promise<void> {
    await this.#let();
  }

  async #jump(): Promise<void> {
    const { signal } = this.#over;
    for (;;) {
      await this.#clock.sleepUntil(this.#clock.now() + this.#period, signal);
      if (signal.aborted) return;
      if (this.#release === undefined) await this.#take();
      else await this.#let();
    }
  }

  async #take(): Promise<void> {
    this.#release = await this.#hold();
    this.jumps++;
  }

  async #let(): Promise<void> {
    await this.#release?.();
    this.#release = undefined;
    this.jumps++;
  }
}

/** What a node's clock showed, and what it should have: ms ahead of the true time. */
interface Reading {
  readonly node: NodeId;
  /** Undefined when it did not answer. */
  readonly error: number | undefined;
  /** Why it could not be asked. */
  readonly problem?: string;
  readonly wanted: number;
}

function readings(nodes: readonly NodeId[], { host, holds }: StartOptions): Promise<readonly Reading[]> {
  const read = async (node: NodeId): Promise<Reading> => {
    const before = holds.clockError(node);
    try {
      const error = host.state(node) === 'up' ? await host.clockError?.(node) : undefined;
      return { node, error, wanted: nearest(error, [before, holds.clockError(node)]) };
    } catch (cause) {
      return { node, error: undefined, problem: errorText(cause), wanted: before };
    }
  };
  return holds.whileClocksStay(() => Promise.all(nodes.map(read)));
}

/** Of what was wanted before and after a clock was read, and all between, the nearest to what it showed. */
function nearest(error: number | undefined, [before, after]: readonly [number, number]): number {
  return error === undefined
    ? after
    : Math.min(Math.max(before, after), Math.max(Math.min(before, after), error));
}

/** Not farther than the tolerance from what was wanted. */
function isRight({ error, wanted }: Reading): boolean {
  return error === undefined || Math.abs(error - wanted) <= TOLERANCE.ms + Math.abs(wanted) * TOLERANCE.share;
}

/** It answered, and was asked for an error that can be told from none: lanes can cancel each other out, and a drift begins small. */
function tells({ error, wanted }: Reading): boolean {
  return error !== undefined && Math.abs(wanted) >= LEAST;
}

/** Nearer to what was wanted than to a clock that is right. */
function isShown({ error = 0, wanted }: Reading): boolean {
  return Math.abs(error - wanted) < Math.abs(wanted) / 2;
}

function shown(readings: readonly Reading[]): { readonly [node: NodeId]: Json } {
  return Object.fromEntries(
    readings.map(({ node, error }) => [node, error === undefined ? null : Math.round(error * 1000) / 1000]),
  );
}

/** A draw that would change nothing is the end of the span that is farther from nothing. */
function offsetOf(offset: Span, random: Random): number {
  const drawn = lengthOf(offset, random);
  return drawn === 0 ? farthest(offset) : drawn;
}

function shareOf(drift: Span, random: Random): number {
  const steps = 10_000;
  const drawn = drift.min + ((drift.max - drift.min) * random.int(steps + 1)) / steps;
  return Math.abs(drawn) < 1e-6 ? farthest(drift) : drawn;
}

function farthest({ min, max }: Span): number {
  return Math.abs(min) > Math.abs(max) ? min : max;
}

function span(value: number): Span {
  return { min: value, max: value };
}

/** How wrong a clock is, in a word. */
export function skewText({ offset, rate }: Skew): string {
  if (rate === 1) return `${offset < 0 ? '−' : '+'}${Math.abs(offset)} ms`;
  return `${rate < 1 ? '−' : '+'}${Number((Math.abs(rate - 1) * 100).toPrecision(3))} %`;
}
