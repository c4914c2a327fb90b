/**
 * Is there one order of operations that each process and the model of every object agree with? Exact
 * search, depth first, over how far each process is and the states of all objects. Deciding this is
 * NP-complete (Gibbons & Korach, "Testing shared memories", 1997), so it ends at a limit without an answer.
 *
 * What keeps it short, and why no order is missed:
 *  - Where a process's next operation changes nothing and is legal, it is taken: whatever order there is
 *    from here, it can be moved to its front.
 *  - A write that nobody has to see is taken as soon as nobody has to see what it overwrites: then none
 *    of what is left on its object can tell. Not where an operation is left that minds more than one state,
 *    such as a cas that failed, or an append.
 *  - A state is not left while somebody still has to see it and nobody is left who could bring it back.
 *  - What was searched in vain is remembered, and compared exactly.
 *  - Changes are tried in the order of their completions, which is mostly about right.
 *
 * An operation of unknown outcome is the last of its process, and may be left out.
 */
import { ILLEGAL, type Effect, type Model, type Operation } from 'porcupine-ts';
import { States } from './sequential-states.ts';

export interface ObjectOperation extends Operation {
  /** Which of the objects it is on, from 0. */
  readonly object: number;
}

export interface SearchLimits {
  /** On `performance.now`'s clock. */
  readonly deadline: number;
  /** How many configurations may be remembered. */
  readonly configurations: number;
}

export type Searched = { readonly configurations: number } & (
  | { readonly kind: 'explained'; readonly order: readonly ObjectOperation[] }
  | ({ readonly kind: 'inexplicable' } & Stuck)
  | ({ readonly kind: 'undecided'; readonly why: string } & Stuck)
);

/** How far the search came at best. */
export interface Stuck {
  /** It needs a state that nobody ever makes: there was nothing to search. */
  readonly impossible?: ObjectOperation;
  readonly longest: readonly ObjectOperation[];
  /** What each process would do next. */
  readonly blocked: readonly ObjectOperation[];
  /** Of each object, after the longest. */
  readonly states: readonly unknown[];
}

interface Step {
  readonly operation: ObjectOperation;
  readonly process: number;
  readonly isKnown: boolean;
  /** It never changes anything. */
  readonly isPure: boolean;
  /** State that its object must have, as a number; -1 if there is no single one. */
  readonly needs: number;
  /** State that it leads to; -1 if to none, `ANY` if nobody knows. */
  readonly makes: number;
  readonly kind: Effect<unknown>['kind'] | undefined;
}

/** Where the search stands: nothing in here is changed once it is made. */
interface Configuration {
  readonly positions: readonly number[];
  readonly states: readonly number[];
  /** Length of the order that led here. */
  readonly taken: number;
  readonly next: readonly Step[];
  tried: number;
}

const NONE = -1;
const ANY = -2;
const STEPS_PER_LOOK = 256;

export function findOrder(
  model: Model,
  processes: readonly (readonly ObjectOperation[])[],
  objects: number,
  limits: SearchLimits,
): Searched {
  return new Search(model, processes, objects, limits).run();
}

class Search {
  readonly #model: Model;
  readonly #limits: SearchLimits;
  readonly #states: States;
  readonly #initial: number;
  readonly #processes: readonly (readonly Step[])[];
  readonly #objects: readonly Demand[];
  readonly #seen = new Set<string>();
  readonly #order: Step[] = [];
  #known: number;
  #longest: readonly Step[] = [];
  #at: Pick<Configuration, 'positions' | 'states'>;

  constructor(
    model: Model,
    processes: readonly (readonly ObjectOperation[])[],
    objects: number,
    limits: SearchLimits,
  ) {
    this.#model = model;
    this.#limits = limits;
    this.#states = new States(model);
    this.#initial = this.#states.number(model.init());
    this.#processes = processes.map((operations, process) =>
      operations.map((operation) => this.#step(operation, process)),
    );
    this.#objects = Array.from({ length: objects }, () => new Demand());
    for (const step of this.#processes.flat()) this.#objects[step.operation.object]!.add(step);
    this.#known = this.#processes.flat().filter(({ isKnown }) => isKnown).length;
    this.#at = {
      positions: this.#processes.map(() => 0),
      states: Array.from({ length: objects }, () => this.#initial),
    };
  }

  run(): Searched {
    const impossible = this.#impossible();
    if (impossible) return { ...this.#stuck('inexplicable'), impossible };
    const stack: Configuration[] = [];
    const { positions, states } = this.#at;
    let entered = this.#enter(positions, states);
    for (let steps = 0; ; steps++) {
      if (entered !== undefined) {
        if (this.#known === 0) {
          const order = this.#order.map(({ operation }) => operation);
          return { kind: 'explained', order, configurations: this.#seen.size };
        }
        stack.push(entered);
        entered = undefined;
      }
      const why = this.#over(steps);
      if (why !== undefined) return { ...this.#stuck('undecided'), kind: 'undecided', why };
      const top = stack.at(-1);
      if (top === undefined) return this.#stuck('inexplicable');
      const step = top.next[top.tried++];
      if (step === undefined) {
        stack.pop();
        this.#giveBack(stack.at(-1)?.taken ?? 0);
        continue;
      }
      entered = this.#try(top, step);
      if (entered === undefined) this.#giveBack(top.taken);
    }
  }

  #impossible(): ObjectOperation | undefined {
    const steps = this.#processes.flat().filter(({ isKnown, needs }) => isKnown && needs !== this.#initial);
    return steps.find(({ operation, needs }) => this.#objects[operation.object]!.misses(needs))?.operation;
  }

  #try(from: Configuration, step: Step): Configuration | undefined {
    const { object } = step.operation;
    const before = from.states[object]!;
    const after = this.#after(before, step);
    if (after === NONE || (after === before && !step.isKnown)) return undefined;
    this.#take(step);
    if (after !== before && this.#objects[object]!.misses(before)) return undefined;
    const positions = from.positions.with(step.process, from.positions[step.process]! + 1);
    return this.#enter(positions, from.states.with(object, after));
  }

  /** Takes what need not wait. Undefined where the search has been. */
  #enter(from: readonly number[], before: readonly number[]): Configuration | undefined {
    const [positions, states] = [[...from], [...before]];
    for (let progress = true; progress;) {
      progress = false;
      for (const [process, steps] of this.#processes.entries()) {
        let step = steps[positions[process]!];
        while (step && this.#needNotWait(step, states[step.operation.object]!)) {
          const { object } = step.operation;
          states[object] = this.#after(states[object]!, step);
          this.#take(step);
          positions[process]!++;
          step = steps[positions[process]!];
          progress = true;
        }
      }
    }
    const heads = this.#processes.map((steps, process) => steps[positions[process]!]);
    const next = heads.filter((step): step is Step => step !== undefined && !step.isPure);
    const name = `${positions.join()};${states.join()}`;
    if (this.#seen.has(name)) return undefined;
    this.#seen.add(name);
    if (this.#order.length > this.#longest.length) {
      this.#longest = [...this.#order];
      this.#at = { positions, states };
    }
    next.sort((a, b) => completion(a) - completion(b) || a.operation.call - b.operation.call);
    return { positions, states, taken: this.#order.length, next, tried: 0 };
  }

  #needNotWait(step: Step, state: number): boolean {
    if (step.isPure) return this.#after(state, step) !== NONE;
    return (
      step.kind === 'write' &&
      step.isKnown &&
      this.#objects[step.operation.object]!.ignores(state, step.makes)
    );
  }

  #take(step: Step): void {
    this.#order.push(step);
    this.#objects[step.operation.object]!.remove(step);
    if (step.isKnown) this.#known--;
  }

  #giveBack(length: number): void {
    while (this.#order.length > length) {
      const step = this.#order.pop()!;
      this.#objects[step.operation.object]!.add(step);
      if (step.isKnown) this.#known++;
    }
  }

  #after(state: number, { operation }: Step): number {
    const after = this.#model.step(this.#states.state(state), operation.input, operation.output);
    return after === ILLEGAL ? NONE : this.#states.number(after);
  }

  #step(operation: ObjectOperation, process: number): Step {
    const { input, output } = operation;
    const effect = this.#model.effect?.(input, output);
    const isPure = changesNothing(this.#model, operation);
    return {
      operation,
      process,
      isKnown: operation.return !== Infinity,
      isPure,
      needs: this.#needs(effect),
      makes: isPure ? NONE : this.#makes(effect),
      kind: effect?.kind,
    };
  }

  #needs(effect: Effect<unknown> | undefined): number {
    if (effect?.kind === 'read') return this.#states.number(effect.state);
    return effect?.kind === 'cas' ? this.#states.number(effect.from) : NONE;
  }

  #makes(effect: Effect<unknown> | undefined): number {
    if (effect?.kind === 'write') return this.#states.number(effect.state);
    return effect?.kind === 'cas' || effect?.kind === 'attempt' ? this.#states.number(effect.to) : ANY;
  }

  #over(steps: number): string | undefined {
    const { deadline, configurations } = this.#limits;
    if (this.#seen.size > configurations) return `no answer in ${configurations} configurations`;
    if (steps % STEPS_PER_LOOK === 0 && performance.now() > deadline) return 'no answer in time';
    return undefined;
  }

  #stuck<Kind extends 'inexplicable' | 'undecided'>(
    kind: Kind,
  ): Stuck & { kind: Kind; configurations: number } {
    const { positions, states } = this.#at;
    const heads = this.#processes.map((steps, process) => steps[positions[process]!]);
    return {
      kind,
      longest: this.#longest.map(({ operation }) => operation),
      blocked: heads.filter((step) => step?.isKnown).map((step) => step!.operation),
      states: states.map((state) => this.#states.state(state)),
      configurations: this.#seen.size,
    };
  }
}

/** Of one object: which states are still to be seen, and who is left that makes them. */
class Demand {
  readonly #needed = new Map<number, number>();
  readonly #makers = new Map<number, number>();
  /** Operations that mind more than one state. */
  #subtle = 0;

  add(step: Step): void {
    this.#count(step, 1);
  }

  remove(step: Step): void {
    this.#count(step, -1);
  }

  /** Must somebody still see this state, that nobody makes any more? */
  misses(state: number): boolean {
    const makers = (this.#makers.get(state) ?? 0) + (this.#makers.get(ANY) ?? 0);
    return (this.#needed.get(state) ?? 0) > 0 && makers === 0;
  }

  /** Does nobody who is left see a difference between these two states? */
  ignores(a: number, b: number): boolean {
    return this.#subtle === 0 && !this.#needed.get(a) && !this.#needed.get(b);
  }

  #count({ isKnown, needs, makes, kind }: Step, by: 1 | -1): void {
    if (!isPlain(kind)) this.#subtle += by;
    if (needs !== NONE && isKnown) this.#needed.set(needs, (this.#needed.get(needs) ?? 0) + by);
    if (makes !== NONE) this.#makers.set(makes, (this.#makers.get(makes) ?? 0) + by);
  }
}

/** It needs one state, if any, and leads to one, if any. */
function isPlain(kind: Step['kind']): boolean {
  return kind === 'noop' || kind === 'read' || kind === 'write' || kind === 'cas';
}

/** Whatever the state, where it is legal. */
export function changesNothing(
  model: Model,
  { input, output }: Pick<ObjectOperation, 'input' | 'output'>,
): boolean {
  const kind = model.effect?.(input, output)?.kind;
  return kind === 'noop' || kind === 'read' || kind === 'reject' || model.pure?.(input, output) === true;
}

function completion({ operation }: Step): number {
  return operation.return;
}
