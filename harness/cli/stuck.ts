/** A system that is stuck, as a small table: what every node said of itself in the end. */
import type { RecoveryDetails } from '../../checkers/recovery.ts';
import { printableLine } from './printable.ts';

export function stuckLines({ stuck, unanswered }: RecoveryDetails): readonly string[] {
  if (stuck === null) return [];
  const keys = unanswered.slice(0, 10).map((key) => JSON.stringify(key));
  const more = unanswered.length > keys.length ? ` and ${unanswered.length - keys.length} more` : '';
  return [
    printableLine(`never answered: ${keys.join(', ')}${more}; the nodes then:`),
    ...Object.entries(stuck.nodes).map(([node, status]) => printableLine(`  ${node}  ${statusText(status)}`)),
  ];
}

function statusText(status: unknown): string {
  if (typeof status !== 'object' || status === null) return String(status);
  return Object.entries(status)
    .filter(([name]) => name !== 'facts') // a page of them; they are in the history
    .map(([name, value]) => (name === 'state' ? String(value) : `${name} ${String(value)}`))
    .join(' · ');
}
