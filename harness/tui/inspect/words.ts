/** Verdicts in words and signs: no colour says anything alone. */
import { span, type Span, type Style } from '../spans.ts';

type Verdict = 'valid' | 'invalid' | 'unknown';

const MARKS: { readonly [verdict in Verdict]: string } = { valid: '✓', invalid: '✗', unknown: '?' };
const STYLES: { readonly [verdict in Verdict]: Style } = { valid: 'good', invalid: 'bad', unknown: 'unsure' };

export function verdictSpan(verdict: Verdict, text: string = verdict): Span {
  return span(`${MARKS[verdict]} ${text}`, STYLES[verdict]);
}

/** Whether the plan was met, and what it had expected where it was not. */
export function metSpan({ met, expect }: { readonly met: boolean; readonly expect: string }): Span {
  return met ? span('as expected', 'good') : span(`expected ${expect}`, 'bad');
}
