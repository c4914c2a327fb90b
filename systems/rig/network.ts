/**
 * The network between nodes, and between clients and nodes (`CLIENTS`). Messages travel as text, so
 * that no two ends ever share an object. What becomes of each is decided by hand: by `fate`, by links
 * that are cut, or one at a time while `holding`.
 */
import type { Json, NodeId } from '../contract.ts';
import type { EventQueue } from './event-queue.ts';

export const CLIENTS: NodeId = 'clients';

export interface Parcel {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly text: string;
  readonly arrive: (json: Json) => void;
}

/** For each copy that arrives, after how many ms. None: it is lost. */
export type Fate = (from: NodeId, to: NodeId) => readonly number[];

export class Network {
  fate: Fate = () => [1];
  /** Messages between nodes wait in `held` until they are let go. */
  holding = false;
  readonly held: Parcel[] = [];
  /** Told of each message as it arrives, or as a cut link loses it. */
  onParcel: ((parcel: Parcel, arrives: boolean) => void) | undefined;
  private readonly cutLinks = new Set<string>();
  private readonly events: EventQueue;

  constructor(events: EventQueue) {
    this.events = events;
  }

  send(from: NodeId, to: NodeId, json: Json, arrive: (json: Json) => void): void {
    const parcel = { from, to, text: JSON.stringify(json), arrive };
    if (this.holding && from !== CLIENTS && to !== CLIENTS) this.held.push(parcel);
    else for (const delay of this.fate(from, to)) this.events.after(delay, () => this.deliver(parcel));
  }

  /** A message that was on its way when its link was cut is lost too. */
  deliver(parcel: Parcel): void {
    const arrives = !this.isCut(parcel.from, parcel.to);
    this.onParcel?.(parcel, arrives);
    if (arrives) parcel.arrive(JSON.parse(parcel.text) as Json);
  }

  cut(from: NodeId, to: NodeId): void {
    this.cutLinks.add(`${from}>${to}`);
  }

  heal(from: NodeId, to: NodeId): void {
    this.cutLinks.delete(`${from}>${to}`);
  }

  healAll(): void {
    this.cutLinks.clear();
  }

  private isCut(from: NodeId, to: NodeId): boolean {
    return this.cutLinks.has(`${from}>${to}`);
  }
}
