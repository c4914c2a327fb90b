/** A violation: what was seen, why it can't be right, and what can be done now. */
import { moment } from '../../cli/text.ts';
import { line, span, wrapped, type Line } from '../spans.ts';
import { violationText, type Picture } from './picture.ts';
import { isOn, type Decision } from './ui.ts';

/** `endsIn`: ms until the run ends by itself; undefined where it does not. */
export function violationLines(
  { violation, explanation, ...picture }: Picture,
  decision: Decision,
  endsIn: number | undefined,
  width: number,
): readonly Line[] {
  if (violation === undefined) return [];
  const text = `✗ ${moment(violation.ms)}: ${violationText(violation)}`;
  const room = Math.max(20, width - 3);
  const body = explanation
    ? [
        line(explanation.pattern, 'bold'),
        ...explanation.sentences.flatMap((sentence) => wrapped(sentence, room)),
      ]
    : violation.checker === 'linearizable'
      ? [line('looking for the reason …', 'dim')]
      : [];
  return [
    ...wrapped(text, room, 'bad'),
    ...choices({ violation, explanation, ...picture }, decision, endsIn),
    ...body,
  ].map((one) => [span(' '), ...one]);
}

function choices(picture: Picture, decision: Decision, endsIn: number | undefined): readonly Line[] {
  if (decision === 'inspect') return [line('stopping, then the run can be inspected', 'bold')];
  if (decision === 'stop' || (!isOn(picture) && decision === 'asked'))
    return [line('the run is ending', 'bold')];
  if (decision === 'continue') return [line('the run goes on; e ends it', 'bold')];
  const ends =
    endsIn === undefined ? 'the run goes on' : `the run ends in ${Math.max(0, Math.ceil(endsIn / 1000))} s`;
  return [
    [
      span('s', 'bold'),
      span(' stop now   '),
      span('c', 'bold'),
      span(' continue   '),
      span('i', 'bold'),
      span(` stop and inspect   (${ends})`),
    ],
  ];
}
