/** Small histories, with the verdict in the name. */
import { expect, test } from 'vitest';
import type { Json } from '../contract.ts';
import { isLinearizable, type Observed } from './linearizable.ts';

function op(
  f: string,
  value: Json,
  invoked: number,
  completed: number,
  end: string,
  seen: Json = null,
): Observed {
  const completion =
    end === 'mismatch' ? { type: 'fail' as const, error: end } : { type: end as 'ok' | 'info', value: seen };
  return { invocation: { f, key: 'x', value }, invoked, completed, completion };
}

test.each<[string, boolean, Observed[]]>([
  ['nothing at all', true, []],
  ['a read of what was written', true, [op('put', '1', 0, 1, 'ok'), op('get', null, 2, 3, 'ok', '1')]],
  ['a stale read', false, [op('put', '1', 0, 1, 'ok'), op('get', null, 2, 3, 'ok', null)]],
  [
    'a read while it is written, old value',
    true,
    [op('put', '1', 0, 3, 'ok'), op('get', null, 1, 2, 'ok', null)],
  ],
  [
    'a read goes back in time',
    false,
    [op('put', '1', 0, 9, 'ok'), op('get', null, 1, 2, 'ok', '1'), op('get', null, 3, 4, 'ok', null)],
  ],
  ['an unanswered write seen late', true, [op('put', '1', 0, 1, 'info'), op('get', null, 8, 9, 'ok', '1')]],
  ['an unanswered write never seen', true, [op('put', '1', 0, 1, 'info'), op('get', null, 8, 9, 'ok', null)]],
  [
    'an unanswered write seen, then not',
    false,
    [op('put', '1', 0, 1, 'info'), op('get', null, 4, 5, 'ok', '1'), op('get', null, 8, 9, 'ok', null)],
  ],
  ['an append twice', false, [op('append', 'a', 0, 1, 'ok'), op('get', null, 2, 3, 'ok', 'aa')]],
  [
    'a cas that matched',
    true,
    [op('put', '1', 0, 1, 'ok'), op('cas', ['1', '2'], 2, 3, 'ok'), op('get', null, 4, 5, 'ok', '2')],
  ],
  ['a mismatch that was none', false, [op('put', '1', 0, 1, 'ok'), op('cas', ['1', '2'], 2, 3, 'mismatch')]],
  [
    'an unanswered put, an unanswered cas of it, and what the cas wrote is seen',
    true,
    [op('put', '1', 0, 1, 'info'), op('cas', ['1', '2'], 2, 3, 'info'), op('get', null, 4, 5, 'ok', '2')],
  ],
  [
    'a mismatch because of an unanswered put that nobody saw',
    true,
    [op('put', '1', 0, 1, 'ok'), op('put', '2', 2, 3, 'info'), op('cas', ['1', '3'], 4, 5, 'mismatch')],
  ],
  [
    'a lost delete',
    false,
    [op('put', '1', 0, 1, 'ok'), op('delete', null, 2, 3, 'ok'), op('get', null, 4, 5, 'ok', '1')],
  ],
])('%s: %s', (_, verdict, history) => {
  expect(isLinearizable(history)).toBe(verdict);
});
