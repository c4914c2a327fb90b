/** When a fault is on: which fields go together, what is left out, and what is then too long or too late. */
import type { Span, Timing } from '../../nemesis/entry.ts';
import { faults } from '../../nemesis/faults.ts';
import { lookup, own, quoted, type Mistake, type Path } from './mistake.ts';
import { DEFAULTS, type WellFormedEntry } from './schema.ts';
import { formatDuration, parseDuration } from './units.ts';

/** The timing of an entry that was checked; what it leaves out is the fault's own default. */
export function timingOf(entry: WellFormedEntry): Timing {
  if (entry.always) return { kind: 'always' };
  const { every, for: lasts } = faults[entry.fault].defaults;
  const spans = { every: spanOf(entry.every ?? every), for: spanOf(entry.for ?? lasts) };
  if (entry.on !== undefined) return { kind: 'mark', mark: entry.on, ...spans };
  return { kind: 'clock', ...spans, after: entry.after };
}

/** A timing as an entry's fields. */
export function fieldsOf(timing: Timing): Pick<WellFormedEntry, 'every' | 'for' | 'after' | 'always' | 'on'> {
  if (timing.kind === 'always') return { always: true };
  const spans = { every: flat(timing.every), for: flat(timing.for) };
  if (timing.kind === 'mark') return { on: timing.mark, ...spans };
  return { ...spans, ...(timing.after !== undefined && { after: timing.after }) };
}

export function spanOf(length: number | Span): Span {
  return typeof length === 'number' ? { min: length, max: length } : length;
}

export function flat({ min, max }: Span): number | Span {
  return min === max ? min : { min, max };
}

/** `entry` is as written; `fault` what it names or was meant to. `time` is the plan's, as written. */
export function checkTiming(path: Path, fault: string, entry: object, time: unknown): Mistake[] {
  const mistakes: Mistake[] = [];
  const has = (field: string): boolean => own(entry, field) !== undefined;
  const wrong = (field: string, at: Mistake['at'], message: string, hint?: string): void => {
    mistakes.push({ path: [...path, field], at, message, ...(hint !== undefined && { hint }) });
  };
  for (const field of ['every', 'for']) {
    const span = read(own(entry, field));
    if (span && span.min > span.max) {
      wrong(
        field,
        'value',
        `min is longer than max: ${formatDuration(span.min)}, ${formatDuration(span.max)}`,
      );
    }
  }
  if (own(entry, 'always') === true) {
    for (const field of ['every', 'for', 'after', 'on'].filter(has)) {
      wrong(field, 'name', `${quoted(field)} and \`always: true\` exclude each other`, 'keep one of them');
    }
    return mistakes;
  }
  if (has('on')) {
    if (has('after'))
      wrong('after', 'name', '`after` and `on` exclude each other: the mark says when', 'keep one of them');
    return mistakes;
  }
  const defaults = lookup(faults, fault)?.defaults;
  const every = has('every') ? read(own(entry, 'every')) : defaults && spanOf(defaults.every);
  const lasts = has('for') ? read(own(entry, 'for')) : defaults && spanOf(defaults.for);
  if (every && lasts && every.min > 0 && lasts.max >= every.min) {
    const field = has('for') ? 'for' : 'every';
    const told = (name: string, length: number): string =>
      `\`${name}\` is ${formatDuration(length)}${has(name) ? '' : ' by default'}`;
    const message = `each must end before the next starts, but ${told('for', lasts.max)} and ${told('every', every.min)}`;
    const hint = `make \`for\` shorter than ${formatDuration(every.min)}, or \`every\` longer than ${formatDuration(lasts.max)}`;
    wrong(field, 'value', message, hint);
  }
  const first = has('after') ? read(own(entry, 'after'))?.min : every?.min;
  const end = read(time ?? DEFAULTS.time)?.min;
  if (first !== undefined && end !== undefined && first >= end) {
    const field = has('after') || !has('every') ? 'after' : 'every';
    const message = `this fault never happens: it would first start at ${formatDuration(first)}, and the run ends at ${formatDuration(end)}`;
    wrong(field, 'value', message, `set \`after\` to less than ${formatDuration(end)}`);
  }
  return mistakes;
}

/** What comes at a given time, and may last: against the plan's time, as written. */
export function checkInTime(path: Path, entry: unknown, time: unknown): Mistake[] {
  const [at, lasts] = [read(own(entry, 'at'))?.min, read(own(entry, 'for') ?? 0)?.min];
  const end = read(time ?? DEFAULTS.time)?.min;
  if (at === undefined || end === undefined) return [];
  const wrong = (field: string, message: string): Mistake[] => [
    { path: [...path, field], at: 'value', message, hint: 'make `time` longer' },
  ];
  if (at >= end) return wrong('at', `this never happens: the run ends at ${formatDuration(end)}`);
  if (lasts === undefined || at + lasts <= end) return [];
  return wrong('for', `the run ends before this does, at ${formatDuration(end)}`);
}

/** A length as written; undefined for what the first pass refuses anyway. */
function read(value: unknown): Span | undefined {
  const [min, max] = [own(value, 'min') ?? value, own(value, 'max') ?? value].map((end) =>
    parseDuration(end),
  );
  return min && max && 'value' in min && 'value' in max ? { min: min.value, max: max.value } : undefined;
}
