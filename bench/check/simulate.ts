/**
 * Histories of a correct store, as its clients record them: drawn in virtual time, op by op, so that a
 * million operations need no memory. Deterministic in its options.
 *
 * Each operation takes effect at one moment between its invocation and its completion, and answers what
 * the store held at that moment: the order of those moments is a linearization, so every history is
 * valid. A client that waits too long gives up; of what it gave up, half takes effect, some of it long
 * afterwards, and half never does.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Json, Op } from '../../harness/history/op.ts';
import { Agenda } from './agenda.ts';
import { objectWith, type Answer } from './objects.ts';

export interface Traffic {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** With one, ops name no key. */
  readonly keys: number;
  /** By weight, in the words of a workload: `register`, `kv`, `queue` or `set`. */
  readonly weights: { readonly [f: string]: number };
  /** How many different values are written, or every one but once. */
  readonly values: number | 'unique';
  /** The share of operations whose outcome the client never learns. */
  readonly unknown: number;
}

/** Nanoseconds in a unit of virtual time. */
const UNIT = 100_000;
const GIVE_UP = 20;
const PAUSE = 0.5;
const SLOW = { share: 0.05, factor: 4 };
/** Of what takes effect although the client gave up. */
const LATE = { share: 0.1, factor: 20 };

interface Client {
  process: number;
  /** What it last saw or wrote, by key: what it expects of a cas. */
  readonly seen: Map<number, Json>;
}

interface Open {
  readonly client: Client;
  readonly index: number;
  readonly f: string;
  readonly key: number;
  readonly value: Json | undefined;
  answer: Answer | undefined;
}

type Step =
  | { readonly kind: 'invoke'; readonly client: Client }
  | { readonly kind: 'apply' | 'complete' | 'give-up'; readonly open: Open };

/** `applied` is told the index of each invocation at the moment when it takes effect. */
export function* simulate(traffic: Traffic, applied: (index: number) => void = () => {}): Generator<Op> {
  const { operations, clients, keys, unknown } = traffic;
  const draw = new Draw(traffic);
  const agenda = new Agenda<Step>();
  const objects = Array.from({ length: keys }, () => objectWith(Object.keys(traffic.weights)));
  const names = objects.map((_, key) => (keys === 1 ? {} : { key: `k${key + 1}` }));
  let processes = 0;
  for (; processes < clients; processes++) {
    agenda.add(draw.real() * 5, { kind: 'invoke', client: { process: processes, seen: new Map() } });
  }
  let index = 0;
  let invoked = 0;
  for (let planned = agenda.next(); planned; planned = agenda.next()) {
    const { at, what: step } = planned;
    const time = Math.round(at * UNIT);
    if (step.kind === 'invoke') {
      if (invoked++ >= operations) continue;
      const { client } = step;
      const key = draw.int(keys);
      const { f, value } = draw.invocation(client.seen.get(key) ?? null);
      const open: Open = { client, index, f, key, value, answer: undefined };
      const { process } = client;
      yield {
        index: index++,
        time,
        process,
        type: 'invoke',
        f,
        ...names[key],
        ...(value !== undefined && { value }),
      };
      const latency = draw.latency();
      if (draw.real() >= unknown) {
        agenda.add(at + draw.real() * latency, { kind: 'apply', open });
        agenda.add(at + latency, { kind: 'complete', open });
      } else {
        agenda.add(at + GIVE_UP, { kind: 'give-up', open });
        if (draw.real() < 0.5) continue;
        const late = draw.real() < LATE.share ? LATE.factor : 1;
        agenda.add(at + draw.real() * latency * 3 * late, { kind: 'apply', open });
      }
      continue;
    }
    const { open } = step;
    const { client, f, key, value } = open;
    const { process } = client;
    switch (step.kind) {
      case 'apply':
        open.answer = objects[key]!.apply(f, value);
        applied(open.index);
        continue;
      case 'complete': {
        const answer = open.answer!;
        yield { index: index++, time, process, type: answer.type, f, ...names[key], ...rest(answer) };
        const learned = answer.value ?? (answer.type === 'ok' ? written(f, value) : undefined);
        if (learned !== undefined) client.seen.set(key, learned);
        break;
      }
      case 'give-up':
        yield { index: index++, time, process, type: 'info', f, ...names[key], error: 'timeout' };
        client.process = processes++;
    }
    agenda.add(at + draw.real() * PAUSE, { kind: 'invoke', client });
  }
}

function rest({ value, error }: Answer): Pick<Op, 'value' | 'error'> {
  return { ...(value !== undefined && { value }), ...(error !== undefined && { error }) };
}

/** What the key certainly held after this took effect. */
function written(f: string, value: Json | undefined): Json | undefined {
  if (f === 'cas') return Array.isArray(value) ? value[1] : undefined;
  return f === 'append' ? undefined : value;
}

/** Everything that is left to chance. */
class Draw {
  readonly #generator;
  readonly #traffic: Traffic;
  readonly #functions: readonly string[];
  readonly #limits: readonly number[];
  /** The workload `kv` holds texts, the workload `register` numbers. */
  readonly #isText: boolean;
  #fresh = 0;

  constructor(traffic: Traffic) {
    this.#generator = xoroshiro128plus(traffic.seed);
    this.#traffic = traffic;
    this.#functions = Object.keys(traffic.weights);
    let total = 0;
    this.#limits = this.#functions.map((f) => (total += traffic.weights[f]!));
    this.#isText = 'get' in traffic.weights;
  }

  real(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }

  int(bound: number): number {
    return bound === 1 ? 0 : Math.floor(this.real() * bound);
  }

  latency(): number {
    const usual = 1 + 9 * this.real();
    return this.real() < SLOW.share ? usual * SLOW.factor : usual;
  }

  /** With few values a cas guesses; with many it would never be right, and expects what was seen. */
  invocation(seen: Json): { readonly f: string; readonly value?: Json } {
    const at = this.real() * this.#limits.at(-1)!;
    const f = this.#functions[this.#limits.findIndex((limit) => at < limit)]!;
    switch (f) {
      case 'get':
      case 'read':
      case 'dequeue':
        return { f };
      case 'cas':
        return { f, value: [this.#traffic.values === 'unique' ? seen : this.#value(), this.#value()] };
      case 'append':
        return { f, value: ` ${String(this.#value())}` };
      default:
        return { f, value: this.#value() };
    }
  }

  #value(): Json {
    const { values } = this.#traffic;
    const number = values === 'unique' ? ++this.#fresh : this.int(values);
    return this.#isText ? String(number) : number;
  }
}
