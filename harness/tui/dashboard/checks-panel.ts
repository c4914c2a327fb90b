/** How far the checkers have come while the run goes on; what each of the plan's checks waits for. */
import { count, plural } from '../../cli/text.ts';
import { span, type Line } from '../spans.ts';
import type { Picture } from './picture.ts';

/** In one line. */
export function checksLine(picture: Picture): Line {
  return [span(' checks ', 'title'), ...summary(picture)];
}

function summary({ plan, watched, watchLost, violation }: Picture): Line {
  if (watchLost !== undefined) return [span('! not watched any more: judged after the run', 'bad')];
  if (!isWatched(plan?.checks)) return [span('judged after the run', 'dim')];
  if (watched === undefined) return [span('watching, nothing checked yet', 'dim')];
  const at = `op ${count(watched.op + 1)} of ${count(watched.recorded)}`;
  const keys = keysText(watched);
  return [
    span(keys && `${keys}; `),
    ...(violation === undefined
      ? [span('no violation', 'good'), span(` up to ${at}`)]
      : [span('✗ violation found', 'bad'), span(` at ${at}`)]),
  ];
}

function keysText({ keys, explained, undecided }: NonNullable<Picture['watched']>): string {
  if (keys === 0) return '';
  const gaveUp = undecided > 0 ? `, ${undecided} given up` : '';
  return `${explained} of ${plural(keys, 'key')} proven${gaveUp}`;
}

/** In full. */
export function checkLines(picture: Picture): readonly Line[] {
  const { plan, watched } = picture;
  const lines = (plan?.checks ?? []).map((check): Line => {
    const isWatchedNow = WATCHED.includes(check) && watched !== undefined && picture.watchLost === undefined;
    const text = isWatchedNow
      ? check === 'linearizable'
        ? `every completion is checked against all orders that are possible; ${keysText(watched) || 'no key yet'}`
        : 'held against what every node says of itself, four times a second'
      : 'judged when the run is over';
    return [span(` ${check}  `, 'bold'), span(text)];
  });
  const at: Line =
    watched === undefined
      ? []
      : [span(` reached op ${count(watched.op + 1)} of ${count(watched.recorded)} recorded`)];
  const lost: Line = picture.watchLost === undefined ? [] : [span(` ! ${picture.watchLost}`, 'bad')];
  return [
    ...lines,
    ...[at, lost].filter((one) => one.length > 0),
    [span(' ')],
    [span(' The whole history is judged again when the run is over, by a checker of its own.', 'dim')],
  ];
}

const WATCHED: readonly string[] = ['linearizable', 'invariants'];

function isWatched(checks: readonly string[] = []): boolean {
  return checks.some((check) => WATCHED.includes(check));
}
