/** The fields of single faults against each other: what belongs to another mode, and what would do nothing. */
import { minorityOf } from '../../nemesis/grudge.ts';
import { faults } from '../../nemesis/faults.ts';
import { own, quoted, type Mistake, type Path } from './mistake.ts';
import { parseDuration, parseShare, type Parsed } from './units.ts';

interface Entry {
  readonly path: Path;
  readonly entry: object;
}

/** `fault` is what the entry names, or was probably meant to; `nodes` undefined where nobody knows. */
export function checkParameters(
  path: Path,
  fault: string,
  entry: object,
  nodes: number | undefined,
): Mistake[] {
  switch (fault) {
    case 'delay':
      return checkDelay({ path, entry });
    case 'packet':
      return checkPacket({ path, entry });
    case 'clock':
      return checkClock({ path, entry });
    case 'disk':
      return checkDisk({ path, entry });
    case 'flip':
      return nodes === undefined || minorityOf(nodes) > 0
        ? []
        : [
            {
              path: [...path, 'fault'],
              at: 'value',
              message: `a flipped bit may cost a node for good, and of ${nodes} node${nodes === 1 ? '' : 's'} none can be lost`,
              expected: 'a system of at least 3 nodes',
            },
          ];
    default:
      return [];
  }
}

function checkDelay({ path, entry }: Entry): Mistake[] {
  if (!isZero(own(entry, 'delay'), duration) || !isZero(own(entry, 'jitter'), duration)) return [];
  return [{ path: [...path, 'delay'], at: 'value', message: 'a delay of 0 without jitter delays nothing' }];
}

function checkPacket({ path, entry }: Entry): Mistake[] {
  const chances = ['loss', 'duplicate', 'reorder'].filter((field) => own(entry, field) !== undefined);
  if (!chances.includes('loss') || !chances.every((field) => isZero(own(entry, field), share))) return [];
  const message = 'a packet fault with no chance above 0 does nothing';
  return [{ path: [...path, 'loss'], at: 'value', message, expected: 'loss, duplicate or reorder above 0' }];
}

const CLOCK_FIELDS: { readonly [field: string]: readonly string[] } = {
  offset: ['bump', 'strobe'],
  drift: ['drift'],
  period: ['strobe'],
};

function checkClock({ path, entry }: Entry): Mistake[] {
  const mode = own(entry, 'mode') ?? faults.clock.defaults.mode;
  const foreign = Object.entries(CLOCK_FIELDS).flatMap(([field, modes]) =>
    Object.values(CLOCK_FIELDS).flat().includes(String(mode)) && !modes.includes(String(mode))
      ? belongsTo({ path, entry }, field, `mode ${quoted(String(mode))}`, `mode ${modes.join(' or ')}`)
      : [],
  );
  return [
    ...foreign,
    ...checkDrawn({ path, entry }, 'offset', duration, 'an offset of 0 leaves the clock right'),
    ...checkDrawn({ path, entry }, 'drift', share, 'a drift of 0 leaves the clock right'),
  ];
}

function checkDisk({ path, entry }: Entry): Mistake[] {
  const trouble = own(entry, 'trouble') ?? faults.disk.defaults.trouble;
  if (trouble !== 'fail' && trouble !== 'full') return [];
  return belongsTo({ path, entry }, 'delay', `trouble ${quoted(trouble)}`, 'trouble slow');
}

function belongsTo({ path, entry }: Entry, field: string, what: string, only: string): Mistake[] {
  if (own(entry, field) === undefined) return [];
  const message = `${what} takes no ${field}`;
  return [{ path: [...path, field], at: 'name', message, expected: `${field} only with ${only}` }];
}

type Parse = (value: unknown) => Parsed;
const duration: Parse = (value) => parseDuration(value, { min: -Infinity, max: Infinity, negative: true });
const share: Parse = (value) => parseShare(value, { min: -Infinity, max: Infinity, such: '' });

/** An amount, or the ends of a span: in order, and not nothing at all. */
function checkDrawn({ path, entry }: Entry, field: string, parse: Parse, nothing: string): Mistake[] {
  const value = own(entry, field);
  const [min, max] = [own(value, 'min') ?? value, own(value, 'max') ?? value].map(parse);
  if (!min || !max || !('value' in min) || !('value' in max)) return [];
  const wrong = (message: string): Mistake[] => [{ path: [...path, field], at: 'value', message }];
  if (min.value > max.value) return wrong('min is more than max');
  return min.value === 0 && max.value === 0 ? wrong(nothing) : [];
}

function isZero(value: unknown, parse: Parse): boolean {
  const parsed = value === undefined ? undefined : parse(value);
  return parsed !== undefined && 'value' in parsed && parsed.value === 0;
}
