/** The keys that can be pressed now, at the bottom of a screen; those that don't fit are left out from the end. */
import { span, widthOf, type Line, type Span } from './spans.ts';

export interface KeyHint {
  readonly key: string;
  readonly does: string;
}

export function keyBar(hints: readonly KeyHint[], width: number): Line {
  const shown: Span[] = [];
  for (const { key, does } of hints) {
    const next = [span(shown.length === 0 ? ' ' : '  '), span(key, 'bold'), span(` ${does}`)];
    if (widthOf(shown) + widthOf(next) > width) break;
    shown.push(...next);
  }
  return shown;
}
