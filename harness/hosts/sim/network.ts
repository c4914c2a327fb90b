/**
 * The links of a simulation, one for each directed pair of nodes and each way between the clients and a
 * node. A message leaves as a copy, takes the time its link's stream draws (each link is as long as its
 * first draw says), and arrives in the order of sending, unless the link is told to lose, double or reorder.
 *
 * A cut works at the far end, where the message would arrive: `stall` holds what comes until the heal, as
 * TCP's retransmission would; `discard` and `reset` lose it.
 */
import type { CutMode, Link, LinkCounters, Shape } from '../../../nemesis/host.ts';
import type { Message } from '../../../systems/contract.ts';
import { drawsOf, type Draw, type Trace } from './draws.ts';
import type { EventQueue } from './event-queue.ts';
import { serialise, type Serialised } from './serialise.ts';
import { QUIET, type NetworkSettings } from './settings.ts';

/** Bytes that wait in a stalled link, and messages under way on any; what comes beyond that is lost. */
const MAX_HELD = 64 * 1024 * 1024;
const MAX_UNDER_WAY = 100_000;
/** The shortest link has this share of the range of latencies, the longest all of it. */
const SHORTEST = 0.2;
/** How much longer than the longest latency a message is held back that others are to overtake. */
const REORDERED = 4;

/** A message on its way. */
export interface Parcel {
  readonly message: Serialised;
  readonly arrive: (json: Message) => void;
}

export interface LinkState extends Link {
  readonly name: string;
  readonly draw: Draw;
  /** How long the link is: its share of the range of latencies. */
  readonly length: number;
  cut: CutMode | undefined;
  shape: Shape | undefined;
  /** When the last message arrives that keeps its place. */
  last: number;
  readonly held: Parcel[];
  heldBytes: number;
  underWay: number;
  offered: number;
  delivered: number;
  mangled: number;
}

export class Network {
  readonly #queue: EventQueue;
  #settings: NetworkSettings;
  readonly #links = new Map<string, LinkState>();
  /**
   * Whoever drives a simulation by hand stands before the far ends, gets each message that comes there, and
   * lets it in by `admit`: at once, later or never.
   */
  gate: ((link: LinkState, parcel: Parcel) => void) | undefined;

  constructor(
    queue: EventQueue,
    settings: NetworkSettings,
    links: readonly Link[],
    seed: number,
    trace: Trace | undefined,
  ) {
    this.#queue = queue;
    this.#settings = settings;
    for (const link of links) {
      const name = keyOf(link);
      const draw = drawsOf(seed, name, trace);
      this.#links.set(name, {
        ...link,
        name,
        draw,
        length: SHORTEST + (1 - SHORTEST) * draw('length'),
        cut: undefined,
        shape: undefined,
        last: 0,
        held: [],
        heldBytes: 0,
        underWay: 0,
        offered: 0,
        delivered: 0,
        mangled: 0,
      });
    }
  }

  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  /** The state of a link, for whoever sends on it often. Throws for one that there is not. */
  link(from: string, to: string): LinkState {
    const link = this.#links.get(`${from}→${to}`);
    if (link === undefined) throw new Error(`no link ${from}→${to}`);
    return link;
  }

  /** `arrive` is called for each time the message arrives; `once`: never twice. */
  send(link: LinkState, message: Serialised, once: boolean, arrive: (json: Message) => void): void {
    link.offered += message.size;
    const { loss, duplicate, reorder } = this.#settings;
    const { shape } = link;
    if (this.#happens(link, 'loss', loss, shape?.loss)) return;
    const parcel: Parcel = { message, arrive };
    this.#dispatch(link, parcel, this.#happens(link, 'reorder', reorder, shape?.reorder));
    if (!once && this.#happens(link, 'duplicate', duplicate, shape?.duplicate)) {
      this.#dispatch(link, { message: serialise(message.json), arrive }, true);
    }
  }

  /** A message has come to the far end of its link: it arrives, unless the link is cut. */
  admit(link: LinkState, parcel: Parcel): void {
    const { json, size } = parcel.message;
    if (link.cut !== undefined) {
      if (link.cut !== 'stall' || link.heldBytes + size > MAX_HELD) return;
      link.held.push(parcel);
      link.heldBytes += size;
      return;
    }
    link.delivered += size;
    parcel.arrive(json);
  }

  cut(links: readonly Link[], mode: CutMode): void {
    for (const link of this.#of(links)) link.cut = mode;
  }

  heal(links: readonly Link[]): void {
    for (const link of this.#of(links)) {
      link.cut = undefined;
      const held = link.held.splice(0);
      link.heldBytes = 0;
      // Retransmitted in order, before anything that is sent from now on.
      for (const parcel of held) this.#dispatch(link, parcel, false);
    }
  }

  shape(links: readonly Link[], shape: Shape | null): void {
    for (const link of this.#of(links)) link.shape = shape ?? undefined;
  }

  /** Whether a system recovers is only asked on a network that is well. */
  calm(): void {
    const { latency } = this.#settings;
    this.#settings = { ...QUIET, latency: latency.max <= QUIET.latency.max ? latency : QUIET.latency };
  }

  counters(links: readonly Link[]): readonly LinkCounters[] {
    return this.#of(links).map(({ offered, delivered, mangled }) => ({ offered, delivered, mangled }));
  }

  #dispatch(link: LinkState, parcel: Parcel, outOfOrder: boolean): void {
    if (link.underWay >= MAX_UNDER_WAY) return;
    link.underWay++;
    const time = this.#queue.now + this.#latency(link, outOfOrder);
    if (!outOfOrder) link.last = Math.max(link.last, time);
    this.#queue.at(outOfOrder ? time : link.last, link.name, () => this.#arrive(link, parcel));
  }

  #arrive(link: LinkState, parcel: Parcel): void {
    link.underWay--;
    if (this.gate === undefined) this.admit(link, parcel);
    else this.gate(link, parcel);
  }

  /** Mostly near the least, with a tail up to the greatest: the cube of a uniform draw. */
  #latency(link: LinkState, outOfOrder: boolean): number {
    const { min, max } = this.#settings.latency;
    const tail = link.draw('latency');
    let latency = min + (max - min) * link.length * tail * tail * tail;
    if (outOfOrder) latency += REORDERED * max * link.draw('held back');
    const { shape } = link;
    if (shape !== undefined) {
      latency += shape.delay;
      if (shape.jitter > 0) latency += shape.jitter * link.draw('jitter');
    }
    return latency;
  }

  /** Two causes, either of which is enough. No draw where neither can be. */
  #happens(link: LinkState, what: string, always: number, shaped: number | undefined): boolean {
    const chance = shaped === undefined ? always : 1 - (1 - always) * (1 - shaped);
    if (chance <= 0 || link.draw(what) >= chance) return false;
    // What the network does at any time is no fault's doing.
    if (shaped !== undefined) link.mangled++;
    return true;
  }

  #of(links: readonly Link[]): LinkState[] {
    return links.map(({ from, to }) => this.link(from, to));
  }
}

function keyOf({ from, to }: Link): string {
  return `${from}→${to}`;
}
