/** What the keys of the inspector do, and how a filter is written. */
import { line, span, wrapped, type Line } from '../spans.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓  j k', 'one up, one down; PgUp, PgDn a screen; Home, End'],
  ['Enter', 'opens the run, the op, the ops of a fault'],
  ['Tab  1 – 4', 'summary, ops, faults, counterexample'],
  ['/', 'filters the ops; x drops the filter'],
  ['g', 'goes to a time (12.5s) or an op (#2630)'],
  ['v', 'goes to the op that nothing explains; again: to the next key'],
  ['c', 'the counterexample: ← → step, o another order, n the next key, l node logs'],
  ['J', 'judges a history that has no verdict, as faultline check does'],
  ['d', 'in the list of runs: marks one; on another one: what is different'],
  ['y', 'copies the command that shows it again, and shows it'],
  ['Esc  q', 'back; leaves'],
];

const FILTERS: readonly (readonly [string, string])[] = [
  ['process=3', 'of this process; also by name: process=nemesis*'],
  ['key=x f=read', 'both must hold'],
  ['type=fail,info', 'one of them: invoke, ok, fail, info'],
  ['node=n1 error=timeout', 'the node that answered; text in the error'],
  ['text="a b"', 'text anywhere in the op as it is written; a word alone means the same'],
  ['time=12s..13s', 'also 12s.. and ..13s; time=12.5s is that tenth of a second'],
  ['fault=partition', 'while one was on; fault=#2 the second, fault=any, fault=none'],
  ['f!=read', 'not; * in a value stands for any text'],
];

export function helpLines(width: number): readonly Line[] {
  return [
    line('Keys', 'title'),
    ...table(KEYS, width),
    [],
    line('Filters', 'title'),
    ...table(FILTERS, width),
    [],
    line('Signs', 'title'),
    ...table(
      [
        ['✗ •', 'the op that nothing explains; an op of the counterexample'],
        ['P C …', 'left of an op: the faults that were on, by the first letter of their names'],
        ['1 ▸ ×', 'in the counterexample: first in the order; may come next; can’t come next'],
      ],
      width,
    ),
  ];
}

function table(rows: readonly (readonly [string, string])[], width: number): readonly Line[] {
  const left = 24;
  return rows.flatMap(([key, does]) =>
    wrapped(does, Math.max(10, width - left)).map((part, row): Line => [
      span(`  ${row === 0 ? key : ''}`.padEnd(left), 'bold'),
      ...part,
    ]),
  );
}
