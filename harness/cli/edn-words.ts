/**
 * What EDN tells apart and JSON does not comes out of a history as tagged objects (`{"#set": […]}`,
 * `{"#keyword": "read"}`), so that no two values become one. Where a model or a checker means a set, the
 * name of a step or a map of registers, and not a value that somebody stored, it is put in its words.
 */
import type { Json, Op } from '../history/op.ts';

type Words = (op: Op) => Op;

const AS_THEY_ARE: Words = (op) => op;

/** `name` of a model or of a checker. */
export function wordsOf(name: string): Words {
  switch (name) {
    case 'set':
    case 'set-full':
      return (op) => (op.f === 'read' ? withValue(op, listOfSet) : op);
    case 'multi-register':
      return (op) => withValue(op, stepsOrRegisters);
    default:
      return AS_THEY_ARE;
  }
}

function withValue(op: Op, change: (value: Json) => Json): Op {
  return op.value === undefined ? op : { ...op, value: change(op.value) };
}

function listOfSet(value: Json): Json {
  return tagged(value, '#set') ?? value;
}

function stepsOrRegisters(value: Json): Json {
  const entries = tagged(value, '#map');
  if (isList(entries)) {
    return Object.fromEntries(
      entries.flatMap((entry) => (isList(entry) ? [[nameOf(entry[0]!), entry[1]!]] : [])),
    );
  }
  if (!isList(value)) return value;
  return value.map((step) => (isList(step) ? step.map((part, i) => (i === 0 ? wordOf(part) : part)) : step));
}

function wordOf(part: Json): Json {
  return tagged(part, '#keyword') ?? part;
}

/** As a model names a register that a step of a transaction gives by its value. */
function nameOf(key: Json): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** What an object of this one name holds. */
function tagged(value: Json, tag: string): Json | undefined {
  if (typeof value !== 'object' || value === null || isList(value)) return undefined;
  return Object.keys(value).length === 1 ? value[tag] : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
