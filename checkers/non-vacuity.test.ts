import { describe, expect, test } from 'vitest';
import { NonVacuity, type NonVacuityDetails, type Requirements } from './non-vacuity.ts';
import { judge } from './testing/judge.ts';
import { ops } from './testing/ops.ts';

const OK = `
  0 0 invoke put x 1
  1 0 ok     put x`;
const FAULT = `
  2 nemesis-0 invoke pause.start
  3 nemesis-0 ok     pause.start {"targets":["n1"]}
  4 nemesis-0 invoke pause.stop
  5 nemesis-0 ok     pause.stop {"observed":true}`;
const REACHED = `
  8 host info reached "leader"
  9 host info reached "snapshot-installed"`;
const IDLE = `
  8 nemesis-0 invoke disk.start
  9 nemesis-0 ok     disk.start {"targets":["n1"]}
  10 nemesis-0 invoke disk.stop
  11 nemesis-0 ok     disk.stop {"observed":false,"idle":true}`;
const PAUSED = `
  1.5 runner info workload.paused`;
const RESUMED = `
  3.5 runner info workload.resumed`;
const SKIPPED = `
  6 nemesis-0 invoke pause.start
  7 nemesis-0 ok     pause.start {"skipped":"no leader"}`;

/** `more` after the first `lines` lines. */
function withIn(text: string, lines: number, more: string): string {
  const all = text.split('\n');
  return [...all.slice(0, lines), more, ...all.slice(lines)].join('\n');
}

function check(require: Requirements, text: string): { verdict: string; lacks: readonly string[] } {
  const { verdict, details } = judge(new NonVacuity(require), ops(text));
  return { verdict, lacks: (details as NonVacuityDetails).lacks };
}

describe('shows something', () => {
  test.each<readonly [string, Requirements, string]>([
    ['enough traffic, no fault planned', { okOps: 1, faults: 0 }, OK],
    ['one lane of two, where some is enough', { okOps: 1, faults: 2, lanes: 'some' }, OK + FAULT],
    [
      'traffic, and every mark that is required',
      { okOps: 1, faults: 0, marks: ['snapshot-installed', 'leader'] },
      OK + REACHED,
    ],
    ['traffic, and a fault that took effect', { okOps: 1, faults: 1 }, OK + FAULT],
    ['one that was skipped, after one that took effect', { okOps: 1, faults: 1 }, OK + FAULT + SKIPPED],
    [
      'a fault that met the end of a pause of the workload',
      { okOps: 1, faults: 1 },
      OK + PAUSED + withIn(FAULT, 3, RESUMED),
    ],
    ['one that was idle, after one that took effect', { okOps: 1, faults: 1 }, OK + FAULT + IDLE],
  ])('%s', (_, require, text) => expect(check(require, text)).toEqual({ verdict: 'valid', lacks: [] }));
});

describe('proves too little', () => {
  test.each<readonly [string, Requirements, string, readonly string[]]>([
    [
      'marks that no node reached',
      { okOps: 1, faults: 0, marks: ['leader', 'figure-8', 'torn-tail'] },
      OK + REACHED,
      ['no node reached figure-8, which is required', 'no node reached torn-tail, which is required'],
    ],
    [
      'a fault that was on only while the workload was paused',
      { okOps: 1, faults: 1 },
      OK + PAUSED + FAULT,
      ['no fault of nemesis-0 was ever on: the workload was paused while it was'],
    ],
    [
      'the same, where some lane is enough',
      { okOps: 1, faults: 1, lanes: 'some' },
      OK + PAUSED + FAULT,
      ['no fault of nemesis-0 was ever on: the workload was paused while it was'],
    ],
    [
      'a fault by hand is none that the plan asked for',
      { okOps: 1, faults: 1 },
      OK + FAULT.replaceAll('nemesis-0', 'nemesis-hand'),
      ['no fault of nemesis-0 was ever on'],
    ],
    [
      'a fault by hand that was not seen to take effect',
      { okOps: 1, faults: 0 },
      OK + FAULT.replaceAll('nemesis-0', 'nemesis-hand').replace('true', 'false'),
      ['pause of nemesis-hand at 0.0 s was not observed to take effect'],
    ],
    [
      'a mark that only a client names',
      { okOps: 1, faults: 0, marks: ['leader'] },
      `${OK}
  2 0 invoke reached x "leader"`,
      ['no node reached leader, which is required'],
    ],
    ['an empty history', { okOps: 0, faults: 0 }, '', ['0 ok ops, 1 required']],
    ['too little traffic', { okOps: 2, faults: 0 }, OK, ['1 ok ops, 2 required']],
    [
      'a planned fault that only ever was idle',
      { okOps: 1, faults: 1 },
      OK + IDLE,
      ['no fault of nemesis-0 was ever on: there was nothing for it to take effect on'],
    ],
    [
      'a planned fault that is not in the history',
      { okOps: 1, faults: 1 },
      OK,
      ['no fault of nemesis-0 was ever on'],
    ],
    [
      'a lane of which every fault was skipped',
      { okOps: 1, faults: 1 },
      OK + SKIPPED,
      ['no fault of nemesis-0 was ever on: no leader'],
    ],
    [
      'no lane, where some is enough',
      { okOps: 1, faults: 2, lanes: 'some' },
      OK + SKIPPED,
      ['no fault of nemesis-0 was ever on: no leader', 'no fault of nemesis-1 was ever on'],
    ],
    [
      'a fault without effect, where some lanes are enough',
      { okOps: 1, faults: 2, lanes: 'some' },
      OK + FAULT.replace('true', 'false'),
      ['pause of nemesis-0 at 0.0 s was not observed to take effect'],
    ],
    ['one lane of two', { okOps: 1, faults: 2 }, OK + FAULT, ['no fault of nemesis-1 was ever on']],
    [
      'a fault that did not take effect',
      { okOps: 1, faults: 1 },
      OK + FAULT.replace('true', 'false'),
      ['pause of nemesis-0 at 0.0 s was not observed to take effect'],
    ],
    [
      'a fault of which nobody says whether it took effect',
      { okOps: 1, faults: 1 },
      OK + FAULT.replace('{"observed":true}', ''),
      ['pause of nemesis-0 at 0.0 s was not observed to take effect'],
    ],
    [
      'a fault that was on when the history ended',
      { okOps: 1, faults: 1 },
      OK + FAULT.split('\n').slice(0, 3).join('\n'),
      ['pause of nemesis-0 at 0.0 s was not seen to take effect before the history ended'],
    ],
    [
      'a fault that failed to start',
      { okOps: 1, faults: 1 },
      `${OK}${FAULT}
       1500 nemesis-0 invoke pause.start
       1501 nemesis-0 info   pause.start !refused`,
      ['pause of nemesis-0 at 1.5 s failed: refused'],
    ],
  ])('%s', (_, require, text, lacks) => expect(check(require, text)).toEqual({ verdict: 'unknown', lacks }));
});

test('what a person did to the run is said', () => {
  const text = `
  0    0      invoke put x 1
  100  runner info   workload.paused
  1600 runner info   workload.resumed
  1700 0      ok     put x
  2000 runner info   ended-early
  2100 runner info   final-reads`;
  const { verdict, summary } = judge(new NonVacuity({ okOps: 1, faults: 0 }), ops(text));
  expect(verdict).toBe('valid');
  expect(summary).toBe(
    '1 ok ops, 0 faults observed; the workload was paused for 1.5 s; ended early, at 2.0 s',
  );
});
