/**
 * What every fault is. A fault happens in two steps: it is *aimed* (an entry of the plan, and random
 * draws, become an effect that names every node and link), and the effect is *started* on a host. A
 * recorded schedule is a list of effects, so replaying one is the second step alone.
 */
import { z } from 'zod';
import type { Json, NodeId } from '../systems/contract.ts';
import type { Clock } from './clock.ts';
import { MODES, type NemesisEntry } from './entry.ts';
import type { NemesisHost } from './host.ts';
import type { Holds } from './holds.ts';
import type { TargetOptions } from './targets.ts';

const nodes = z.array(z.string()).min(1).readonly();
const links = z
  .array(z.strictObject({ from: z.string(), to: z.string() }).readonly())
  .min(1)
  .readonly();
const about = z.string();
const probability = z.number().min(0).max(1);

/** Exactly what is done to the system; `about` says it in a few words. */
export const effectSchema = z.discriminatedUnion('fault', [
  z
    .strictObject({
      fault: z.literal('partition'),
      about,
      /** The isolated side, where there is one. */
      isolated: z.array(z.string()).readonly(),
      links,
      mode: z.enum(MODES),
    })
    .readonly(),
  z.strictObject({ fault: z.literal('pause'), about, nodes }).readonly(),
  z.strictObject({ fault: z.literal('crash'), about, nodes }).readonly(),
  z
    .strictObject({
      fault: z.literal('delay'),
      about,
      links,
      delay: z.number().nonnegative(),
      jitter: z.number().nonnegative(),
    })
    .readonly(),
  z
    .strictObject({
      fault: z.literal('packet'),
      about,
      links,
      loss: probability,
      duplicate: probability,
      reorder: probability,
    })
    .readonly(),
  z
    .strictObject({
      fault: z.literal('clock'),
      about,
      nodes,
      /** One for each of the nodes. */
      skews: z
        .record(z.string(), z.strictObject({ offset: z.number(), rate: z.number().positive() }).readonly())
        .readonly(),
      /** ms from one jump of a strobe to the next; 0: the clocks do not jump to and fro. */
      period: z.number().nonnegative(),
    })
    .readonly(),
  z
    .strictObject({
      fault: z.literal('disk'),
      about,
      nodes,
      trouble: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('slow'), delay: z.number().positive() }).readonly(),
        z.strictObject({ kind: z.literal('fail') }).readonly(),
        z.strictObject({ kind: z.literal('full') }).readonly(),
      ]),
    })
    .readonly(),
  z
    .strictObject({
      fault: z.literal('flip'),
      about,
      nodes,
      /** Which bit of all that a node has stored: from 0, the first, to 1, beyond the last. */
      where: z.number().min(0).lt(1),
    })
    .readonly(),
]);
export type Effect = z.infer<typeof effectSchema>;

/** What an entry comes to at one start; or why nothing can be done. */
export type Aimed<E extends Effect> = { readonly effect: E } | { readonly skipped: string };

export interface AimOptions extends TargetOptions {
  readonly holds: Holds;
}

export interface StartOptions {
  readonly host: NemesisHost;
  readonly holds: Holds;
  readonly clock: Clock;
  /** For how long it will be on, ms. */
  readonly duration: number;
}

/** A fault that is on. */
export interface Active {
  /** The nodes it hits, for the timeline: of a partition the isolated side; empty where there are none. */
  readonly targets: readonly NodeId[];
  /** The nodes that may rightly halt because of it: while it is on, or for good where it can't be undone. */
  readonly mayHalt?: readonly NodeId[];
  /** Undoes it, so far as no other fault needs the same. */
  stop(): Promise<void>;
  /** After `stop`, well ended or not: did it really take effect? */
  observe(): Observation;
}

export interface Observation {
  readonly observed: boolean;
  /** It had nothing to take effect on, so it shows nothing either way. */
  readonly idle?: true;
  /** The numbers that show it. */
  readonly evidence: { readonly [name: string]: Json };
}

/** Of a union, those of each member. */
type Parameters<E extends NemesisEntry> = E extends NemesisEntry ? Omit<E, 'fault' | 'timing'> : never;

interface Parameter {
  readonly name: string;
  readonly about: string;
}

export interface Fault<N extends NemesisEntry['fault']> {
  readonly name: N;
  readonly about: string;
  readonly parameters: readonly Parameter[];
  /** What an entry has that does not say otherwise; times in ms. */
  readonly defaults: Parameters<Extract<NemesisEntry, { fault: N }>> & {
    readonly every: number;
    readonly for: number;
  };
  /** The operations of a host without which it can't be had. */
  readonly needs: readonly (keyof NemesisHost)[];
  aim(
    entry: Extract<NemesisEntry, { fault: N }>,
    options: AimOptions,
  ): Promise<Aimed<Extract<Effect, { fault: N }>>>;
  /** Resolves when it is on. When it rejects, what was done of it was undone. */
  start(effect: Extract<Effect, { fault: N }>, options: StartOptions): Promise<Active>;
}
