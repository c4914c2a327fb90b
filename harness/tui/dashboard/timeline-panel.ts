/** What happened when, the latest at the end. */
import { moment } from '../../cli/text.ts';
import { numberCell, span, type Line, type Style } from '../spans.ts';
import type { TimelineLine } from './picture.ts';

const STYLES: Readonly<Record<TimelineLine['tone'], Style>> = {
  start: 'fault',
  stop: 'good',
  bad: 'bad',
  note: 'plain',
};

export function timelineLine({ ms, text, tone }: TimelineLine): Line {
  return [numberCell(moment(ms), 11, 'dim'), span('  '), span(text, STYLES[tone])];
}
