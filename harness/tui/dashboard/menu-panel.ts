/** The list from which a fault is chosen. */
import { span, type Line } from '../spans.ts';
import type { HandKind } from './hand-menu.ts';
import type { Overlay } from './ui.ts';

export function menuLines(
  { of, cursor }: Extract<Overlay, { kind: 'menu' }>,
  kinds: readonly HandKind[],
): readonly Line[] {
  const kind = of === undefined ? undefined : kinds[of];
  const labels = (kind?.choices ?? kinds).map(({ label }) => label);
  return labels.map((label, at) => {
    const number = at < 9 ? `${at + 1}` : ' ';
    return at === cursor
      ? [span(` ▶ ${number} `, 'bold'), span(label, 'chosen')]
      : [span(`   ${number} `, 'dim'), span(label)];
  });
}

export function menuTitle({ of }: Extract<Overlay, { kind: 'menu' }>, kinds: readonly HandKind[]): string {
  return of === undefined ? 'Start a fault by hand' : kinds[of]!.label;
}
