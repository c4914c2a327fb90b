/** Which run it is, how far it has come, and what was counted. */
import { count } from '../../cli/text.ts';
import { fit, span, widthOf, type Line, type Span } from '../spans.ts';
import type { Phase, Picture } from './picture.ts';

export interface Place {
  /** This run among those that were asked for, from 1. */
  readonly turn: number;
  readonly turns: number;
  /** ms since the start, now. */
  readonly now: number;
}

const PHASES: Readonly<Record<Phase, string>> = {
  starting: 'starting the nodes',
  running: 'running',
  ending: 'ending early',
  'final-reads': 'healed, final reads',
  judging: 'judging the history',
  judged: 'judged',
};

const BAR = 12;

export function headerLines(picture: Picture, { turn, turns, now }: Place, width: number): readonly Line[] {
  const { plan, totals, phase, paused, violation } = picture;
  const bugs = plan?.system.bugs ?? [];
  const name: Line = [
    span(' faultline', 'bold'),
    span(' · ', 'dim'),
    span(plan?.name ?? '', 'title'),
    span(` · seed ${plan?.seed ?? ''}`),
    ...(bugs.length > 0 ? [span(` · bug ${bugs.join(', ')}`, 'fault')] : []),
  ];
  const which = turns > 1 ? [span(`plan ${turn} of ${turns} `, 'bold')] : [];
  const { ok, fail, info } = totals;
  const doing: Span =
    paused && phase === 'running'
      ? span('‖ workload paused', 'fault')
      : span(PHASES[phase], phase === 'running' ? 'plain' : 'bold');
  return [
    ends(name, which, width),
    ends(
      [
        span(' '),
        ...progress(picture, now),
        span('  '),
        ...(violation ? [span('✗ VIOLATION', 'bad'), span('  ')] : []),
        // Beside a violation there is room for what is out of the ordinary.
        ...(violation && phase === 'running' && !paused ? [] : [doing]),
      ],
      [
        span('ok ', 'dim'),
        span(count(ok), 'good'),
        span('  fail ', 'dim'),
        span(count(fail), 'fault'),
        span('  info ', 'dim'),
        span(`${count(info)} `, 'unsure'),
      ],
      width,
    ),
  ];
}

function progress({ plan, upAt }: Picture, now: number): Line {
  const time = plan?.time ?? 0;
  const elapsed = upAt === undefined ? 0 : Math.max(0, now - upAt);
  const full = time > 0 ? Math.min(BAR, Math.round((elapsed / time) * BAR)) : 0;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return [
    span('█'.repeat(full), 'chart'),
    span('░'.repeat(BAR - full), 'dim'),
    span(` ${seconds(Math.min(elapsed, Math.max(time, elapsed)))} of ${seconds(time)} s`),
  ];
}

/** One at the left, one at the right; where there is no room for both, the right one stays. */
function ends(left: Line, right: Line, width: number): Line {
  return [...fit(left, Math.max(0, width - widthOf(right))), ...right];
}
