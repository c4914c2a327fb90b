/**
 * Did the nodes ever say of themselves what no correct system's nodes can? Holds every look at a node that
 * the history has (`node.status`) against the system's invariants.
 *
 *  - `invalid`: one was broken; the summary has the first moment at which one was.
 *  - `unknown`: there was too little to look at. Nobody asked the nodes, fewer than two ever answered, or an
 *    invariant found nothing of one node to hold against another's.
 *
 * `details`: `InvariantsDetails`; null where the history could not be read.
 */
import type { Json, Op } from '../../harness/history/op.ts';
import { MalformedHistoryError, Pairing } from '../pairing.ts';
import type { Checker, CheckResult } from '../types.ts';
import { Breaches, type Breach } from './breaches.ts';
import { invariantsOf } from './index.ts';

export type InvariantsDetails = {
  readonly system: string | null;
  /** How often each node answered. */
  readonly answers: { readonly [node: string]: number };
  readonly invariants: readonly {
    readonly name: string;
    readonly about: string;
    /** How often what one node said was held against another's word; null where that is not counted. */
    readonly compared: number | null;
    /** The first moment at which it was broken. */
    readonly broken: {
      /** ns since the run began, and the index of the op. */
      readonly time: number;
      readonly index: number;
      readonly nodes: readonly string[];
      readonly what: string;
      readonly evidence: Json;
    } | null;
  }[];
};

export class Invariants implements Checker {
  readonly #system: string | undefined;
  readonly #breaches: Breaches;
  readonly #pairing = new Pairing();
  #malformed: string | undefined;

  constructor(system: string | undefined) {
    this.#system = system;
    this.#breaches = new Breaches(invariantsOf(system));
  }

  push(op: Op): void {
    if (this.#malformed !== undefined) return;
    try {
      this.#pairing.push(op);
    } catch (error) {
      if (!(error instanceof MalformedHistoryError)) throw error;
      this.#malformed = `malformed history: ${error.message}`;
      return;
    }
    this.#breaches.push(op);
  }

  finish(): CheckResult {
    if (this.#malformed !== undefined) return this.#result('unknown', this.#malformed, null);
    const { all, answers } = this.#breaches;
    const details: InvariantsDetails = {
      system: this.#system ?? null,
      answers: Object.fromEntries(answers),
      invariants: all.map(({ invariant: { name, about, compared }, breach }) => ({
        name,
        about,
        compared: compared ?? null,
        broken: breach === undefined ? null : shown(breach),
      })),
    };
    const breaches = all.flatMap(({ breach }) => breach ?? []).sort((a, b) => a.index - b.index);
    if (breaches.length > 0) return this.#result('invalid', brokenText(breaches), details);
    const lack = this.#lack();
    if (lack !== undefined) return this.#result('unknown', lack, details);
    const looks = [...answers.values()].reduce((sum, n) => sum + n, 0);
    const names = all.map(({ invariant: { name } }) => name).join(', ');
    return this.#result('valid', `${names}: held in ${looks} looks at ${answers.size} nodes`, details);
  }

  /** Why there was too little to look at; undefined when there was enough. */
  #lack(): string | undefined {
    const { all, answers } = this.#breaches;
    if (all.length === 0) {
      return this.#system === undefined
        ? 'nobody said which system this was'
        : `there are no invariants of ${this.#system}`;
    }
    if (answers.size === 0) return 'no node was ever asked what it knows';
    const answering = [...answers].flatMap(([node, n]) => (n > 0 ? [node] : []));
    if (answering.length === 0) return `none of ${answers.size} nodes ever answered what it knows`;
    if (answering.length === 1) return `only ${answering[0]} ever answered what it knows`;
    const idle = all.find(({ invariant: { compared } }) => compared === 0);
    return idle && `${idle.invariant.name}: nothing that one node said could be held against another`;
  }

  #result(verdict: CheckResult['verdict'], summary: string, details: InvariantsDetails | null): CheckResult {
    return { checker: 'invariants', verdict, summary, details };
  }
}

function shown({
  time,
  index,
  nodes,
  what,
  evidence,
}: Breach): NonNullable<InvariantsDetails['invariants'][number]['broken']> {
  return { time, index, nodes, what, evidence };
}

function brokenText([first, ...others]: readonly Breach[]): string {
  const { invariant, time, what } = first!;
  const more = others.length === 0 ? '' : `; then ${others.map((breach) => breach.invariant).join(', ')}`;
  return `${invariant} was broken at ${(time / 1e9).toFixed(2)} s: ${what}${more}`;
}
