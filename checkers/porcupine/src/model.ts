/**
 * A sequential specification and the concurrent history that is held against it.
 */

/** What `step` returns for a step that the specification does not allow. */
export const ILLEGAL: unique symbol = Symbol('illegal');
export type Illegal = typeof ILLEGAL;

/**
 * A deterministic sequential specification: plain, pure functions. `step` never changes the state it
 * is given.
 *
 * `S` state · `I` input (function and arguments) · `O` output.
 */
export interface Model<S = unknown, I = unknown, O = unknown> {
  readonly name: string;
  init(): S;
  /**
   * The state after `input` was executed in `state` and answered `output`, or `ILLEGAL` when a correct
   * object could not have answered that. With `output` undefined the answer is unknown: any is allowed.
   */
  step(state: S, input: I, output: O | undefined): S | Illegal;
  /** Are two states the same? Default: `Object.is`. */
  equal?(a: S, b: S): boolean;
  /** Equal states have equal hashes. Without it states are compared one by one. */
  hash?(state: S): number | string;
  /**
   * Splits a history into independent ones; sound only where the object really is a product of
   * independent objects. Default: one partition. The label names a partition to people.
   */
  partition?(history: readonly Operation<I, O>[]): readonly Partition<I, O>[];
  /** The label of the partition that an operation belongs to, by its input alone. */
  keyOf?(input: I): string;
  /** True only where `step` never changes the state for this input and output, whatever the state. */
  pure?(input: I, output: O | undefined): boolean;
  /**
   * What `step` does with this input and output, in words that the search can reason with; undefined
   * where none of them fits. Purely a matter of speed: verdicts are the same without it.
   */
  effect?(input: I, output: O | undefined): Effect<S> | undefined;
  /**
   * The state itself, then every state from which updates (see `Effect`) may have led to it, nearest
   * first; the rest of the list after any state is that state's own list. Needed to look ahead in
   * histories with updates: without it every state counts as one that somebody may still observe.
   */
  lineage?(state: S): Iterable<S>;
  /** Of a queue, a stack or a set: see `Collection`. */
  readonly collection?: Collection<I, O>;
  /**
   * The text of a state, for updates that append (see `Effect`); undefined where such an update changes
   * nothing. States with the same text are equal unless it is empty.
   */
  text?(state: S): string | undefined;
  describeOperation?(input: I, output: O | undefined): string;
  describeState?(state: S): string;
}

/**
 * The shapes of `step` that matter to a search. Each is a statement about *every* state:
 *
 *  - `noop`     legal everywhere, changes nothing;
 *  - `read`     legal in exactly `state`, changes nothing;
 *  - `reject`   legal everywhere but in `state`, changes nothing (a cas that failed, a negative observer);
 *  - `write`    legal everywhere, always leads to `state`;
 *  - `cas`      legal in exactly `from`, leads to `to`;
 *  - `attempt`  legal everywhere, leads from `from` to `to` and changes nothing elsewhere (a cas whose
 *               answer is unknown);
 *  - `update`   legal everywhere, leads to a state that depends on the one before (an append). With
 *               `shows`, false only where no sequence of updates ends in `state` in which this one
 *               changes anything. With `appends`, it leads from every state that has a text (see
 *               `Model.text`) to one with this appended to it, and changes nothing elsewhere.
 */
export type Effect<S> =
  | { readonly kind: 'noop' }
  | { readonly kind: 'read' | 'reject' | 'write'; readonly state: S }
  | { readonly kind: 'cas' | 'attempt'; readonly from: S; readonly to: S }
  | { readonly kind: 'update'; shows?(state: S): boolean; readonly appends?: string };

/**
 * The object is a collection that is empty at first, and of which an element is known to be another one
 * by its key. Like `Effect`, what it says of an operation holds in *every* state that holds no element
 * twice.
 *
 *  - `fifo`  a queue: what was inserted first is removed first;
 *  - `lifo`  a stack: what was inserted last is removed first;
 *  - `bag`   any element can be removed;
 *  - `set`   any element can be removed, and inserting what it holds changes nothing.
 */
export interface Collection<I, O> {
  readonly kind: 'fifo' | 'lifo' | 'bag' | 'set';
  /** What an operation does; undefined where none of these fits. */
  event(input: I, output: O | undefined): CollectionEvent | undefined;
}

/**
 *  - `insert`  legal everywhere;
 *  - `remove`  legal exactly where this element is inside and is one that comes next;
 *  - `take`    legal everywhere, removes one that comes next; changes nothing if there is none (a removal
 *              whose answer is unknown). In a bag, which one that was stays open in the states after it;
 *  - `empty`   legal exactly in the empty collection, changes nothing;
 *  - `whole`   legal exactly where these and no other elements are inside, changes nothing;
 *  - `present` and `absent`  legal exactly where this element is inside, and where it is not; change nothing;
 *  - `noop`    legal everywhere, changes nothing.
 */
export type CollectionEvent =
  | { readonly kind: 'insert' | 'remove' | 'present' | 'absent'; readonly element: ElementKey }
  | { readonly kind: 'whole'; readonly elements: readonly ElementKey[] }
  | { readonly kind: 'take' | 'empty' | 'noop' };

/** Two elements are one exactly if a `Map` takes their keys for one. */
export type ElementKey = string | number;

export interface Partition<I = unknown, O = unknown> {
  readonly label: string;
  readonly operations: readonly Operation<I, O>[];
}

/** Operations of a partition, perhaps not brought together before somebody asks for them. */
export type Given<I, O> = Pick<Partition<I, O>, 'operations'>;

/** A row of operations: an array, or something that makes each when it is looked at. */
export interface Operations<I = unknown, O = unknown> {
  readonly length: number;
  /** From 0 up to `length`, an operation; always one with the same content. */
  at(position: number): Operation<I, O> | undefined;
}

/**
 * One operation. `call` and `return` are positions in real time; the interval is closed, so an
 * operation that returns at t and one that is called at t are concurrent.
 *
 * Unknown outcome: `return: Infinity` and `output: undefined`. It may take effect at any time after
 * its call, or never.
 */
export interface Operation<I = unknown, O = unknown> {
  /** Stable name of the operation for people and results, e.g. the index of its invocation. */
  readonly id: number;
  readonly process: number | string;
  readonly input: I;
  readonly output: O | undefined;
  readonly call: number;
  readonly return: number;
}

export type Verdict = 'valid' | 'invalid' | 'unknown';
