/** The nodes: state, role, term, commit position, and whom each believes to lead. */
import { count } from '../../cli/text.ts';
import { cell, numberCell, span, type Line, type Style } from '../spans.ts';
import type { NodeView, Picture } from './picture.ts';
import { reachOf, type Reach } from './reach.ts';

/** Cells of a terminal that it takes. */
export const NODES_WIDTH = 55;

export function nodesHeader(): Line {
  return [
    span('  '),
    cell('node', 5, 'title'),
    cell('state', 12, 'title'),
    cell('role', 11, 'title'),
    numberCell('term', 6, 'title'),
    numberCell('commit', 9, 'title'),
    span('  '),
    cell('follows', 8, 'title'),
  ];
}

export function nodeLines({ nodes, links, phase }: Picture): readonly Line[] {
  const names = nodes.map(({ node }) => node);
  if (phase === 'starting') {
    return nodes.map(({ node }) => [span('· ', 'dim'), cell(node, 5, 'bold'), cell('starting', 12, 'dim')]);
  }
  return nodes.map((node) => nodeLine(node, reachOf(node.node, names, links)));
}

function nodeLine(node: NodeView, reach: Reach): Line {
  const { sign, word, style } = stateOf(node, reach);
  const { status, answers } = node;
  // What it said before it fell silent is old, and said to be.
  const said: Style = answers ? 'plain' : 'dim';
  const old = status !== undefined && !answers ? '?' : '';
  return [
    span(`${sign} `, style),
    cell(node.node, 5, 'bold'),
    cell(word, 12, style),
    cell(status === undefined ? '' : `${status.role}${old}`, 11, said),
    numberCell(status === undefined ? '' : count(status.term), 6, said),
    numberCell(status === undefined ? '' : count(status.commit), 9, said),
    span('  '),
    cell(status === undefined ? '' : followed(node, status.leader), 8, said),
  ];
}

function followed({ node }: NodeView, leader: string | null): string {
  if (leader === null) return 'nobody';
  return leader === node ? 'itself' : leader;
}

function stateOf(
  { state, answers, status }: NodeView,
  reach: Reach,
): { readonly sign: string; readonly word: string; readonly style: Style } {
  if (state === 'paused') return { sign: '‖', word: 'paused', style: 'fault' };
  if (state === 'down') return { sign: '✗', word: 'down', style: 'fault' };
  if (state !== 'up') return { sign: '✗', word: state, style: 'bad' };
  if (reach !== 'whole' && reach !== 'partly') return { sign: '○', word: reach, style: 'fault' };
  if (!answers && status !== undefined) return { sign: '●', word: 'no answer', style: 'unsure' };
  return { sign: reach === 'partly' ? '◐' : '●', word: 'up', style: 'good' };
}
