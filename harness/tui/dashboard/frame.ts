/**
 * The whole screen: which panel gets how many lines and cells, from 80×24 up. Pure: what is known and what
 * was chosen in, lines out.
 */
import { keyBar, type KeyHint } from '../key-bar.ts';
import { topOf, type Scroll } from '../scroll.ts';
import { beside, line, span, type Line } from '../spans.ts';
import { chartLines } from './charts.ts';
import { checkLines, checksLine } from './checks-panel.ts';
import type { HandKind } from './hand-menu.ts';
import { headerLines, type Place } from './header.ts';
import { helpLines } from './help.ts';
import { linkMatrix } from './link-matrix.ts';
import { logLine } from './log-panel.ts';
import { menuLines, menuTitle } from './menu-panel.ts';
import { nodeLines, nodesHeader, NODES_WIDTH } from './nodes-panel.ts';
import { faultByHand, type Picture } from './picture.ts';
import { timelineLine } from './timeline-panel.ts';
import { isOn, tabsOf, type Tab, type Ui } from './ui.ts';
import { violationLines } from './violation-panel.ts';

export interface Scene extends Place {
  readonly picture: Picture;
  readonly ui: Ui;
  readonly menu: readonly HandKind[];
  /** The log of the node that was chosen, and when the run started, ms since 1970. */
  readonly log: readonly string[];
  readonly epoch: number;
  /** ms until the run ends for its violation, by itself. */
  readonly endsIn: number | undefined;
}

export interface Frame {
  readonly lines: readonly Line[];
  /** Of what scrolls with the keys. */
  readonly length: number;
  readonly height: number;
}

/** Below it a panel shows nothing worth its title. */
const LEAST = 3;
const GAP = 2;

export function frameOf(scene: Scene, columns: number, rows: number): Frame {
  const { picture, ui } = scene;
  const room = Math.max(0, rows - 1);
  const bar = keyBar(hintsOf(scene), columns);
  const head = headerLines(picture, scene, columns);
  if (ui.overlay.kind === 'help') {
    const height = Math.max(0, room - head.length);
    const { shown, length } = windowOf(list(helpLines()), ui.overlay.scroll, height);
    return { lines: [...filled([...head, ...shown], room), bar], length, height };
  }
  const nodes = nodesPart(picture, columns, Math.max(LEAST + 1, room - head.length - 5 - 1 - LEAST));
  const spare = room - head.length - nodes.length - 4 - 1 - 1 - LEAST;
  // What is left after every panel has what it needs goes to the charts and to the timeline in turn.
  const chartHeight = spare > 24 ? 3 : spare > 12 ? 2 : 1;
  const lanes = Math.max(1, Math.min(8, spare - 2));
  const charts = spare < 0 ? [] : chartLines(picture, columns, chartHeight, lanes);
  const top = [...head, ...nodes, ...charts, checksLine(picture)].slice(0, Math.max(0, room - LEAST));
  const height = Math.max(0, room - top.length - 1);
  const bottom = bottomPart(scene, columns, height);
  return { lines: [...filled([...top, ...bottom.lines], room), bar], length: bottom.length, height };
}

function nodesPart(picture: Picture, columns: number, height: number): readonly Line[] {
  const nodes = [nodesHeader(), ...nodeLines(picture)];
  const width = Math.min(columns, NODES_WIDTH);
  const matrix = linkMatrix(picture, columns - width - GAP);
  const cut = picture.links.filter((link) => link.cut !== undefined).length;
  const more = cut > 0 ? [line(`${cut} links cut`, 'bad')] : [];
  const lines = beside([
    { lines: nodes, width },
    { lines: [], width: GAP },
    { lines: matrix ?? more, width: Math.max(0, columns - width - GAP) },
  ]);
  if (lines.length <= height) return lines;
  const left = lines.length - height + 1;
  return [...lines.slice(0, height - 1), line(`  … ${left} more lines: a taller terminal shows them`, 'dim')];
}

/** Lines that need not be made before they are shown. */
interface Listed {
  readonly length: number;
  readonly at: (index: number) => Line;
}

function list(lines: readonly Line[]): Listed {
  return { length: lines.length, at: (index) => lines[index]! };
}

function bottomPart(scene: Scene, columns: number, height: number): Frame {
  const { picture, ui, menu } = scene;
  const { overlay } = ui;
  if (overlay.kind === 'menu') {
    const lines = menuLines(overlay, menu);
    const top = Math.max(0, Math.min(overlay.cursor - height + 1, lines.length - height));
    const title: Line = [span(`─ ${menuTitle(overlay, menu)} `, 'title')];
    return { lines: [title, ...lines.slice(top, top + height)], length: lines.length, height };
  }
  const isWide = columns >= 120;
  const tab = isWide && ui.tab === 'faults' ? undefined : ui.tab;
  if (!isWide) {
    const { shown, length } = windowOf(panelOf(ui.tab, scene, columns), ui.scrolls[ui.tab], height);
    return { lines: [titles(scene), ...shown], length, height };
  }
  // The timeline at the left, another panel at the right; the keys scroll the one that was chosen.
  const left = Math.floor(columns / 2);
  const other: Tab = tab ?? (picture.violation ? 'violation' : 'log');
  const faults = windowOf(panelOf('faults', scene, left - GAP), ui.scrolls.faults, height);
  const beyond = windowOf(panelOf(other, scene, columns - left), ui.scrolls[other], height);
  const lines = beside([
    { lines: faults.shown, width: left },
    { lines: beyond.shown, width: columns - left },
  ]);
  return {
    lines: [titles(scene), ...lines],
    length: tab === undefined ? faults.length : beyond.length,
    height,
  };
}

function panelOf(tab: Tab, { picture, ui, log, epoch, endsIn }: Scene, width: number): Listed {
  switch (tab) {
    case 'faults':
      return { length: picture.timeline.length, at: (index) => timelineLine(picture.timeline[index]!) };
    case 'log':
      return log.length === 0
        ? list([line('  nothing logged yet', 'dim')])
        : { length: log.length, at: (index) => logLine(log[index]!, epoch) };
    case 'checks':
      return list(checkLines(picture));
    case 'violation':
      return list(violationLines(picture, ui.decision, endsIn, width));
  }
}

function windowOf(
  { length, at }: Listed,
  scroll: Scroll,
  height: number,
): { readonly shown: readonly Line[]; readonly length: number } {
  const top = topOf(scroll, length, height);
  const count = Math.max(0, Math.min(height, length - top));
  return { shown: Array.from({ length: count }, (_, row) => at(top + row)), length };
}

/** `─ [1 faults]  2 log n1  3 checks`: the brackets say which it is where colours don't. */
function titles({ picture, ui }: Scene): Line {
  const tabs = tabsOf(picture).map((tab, at) => {
    const what = tab === 'log' ? `log ${picture.nodes[ui.node]?.node ?? ''}` : tab;
    const name = `${at + 1} ${what}`;
    return tab === ui.tab ? span(`[${name}] `, 'title') : span(` ${name}  `, 'dim');
  });
  return [span('─ ', 'dim'), ...tabs];
}

function hintsOf({ picture, ui }: Scene): readonly KeyHint[] {
  if (ui.hint !== undefined) return [{ key: '!', does: ui.hint }];
  switch (ui.overlay.kind) {
    case 'help':
      return [
        { key: '↑↓', does: 'scroll' },
        { key: 'any other key', does: 'back' },
      ];
    case 'menu':
      return [
        { key: '↑↓', does: 'choose' },
        { key: 'enter', does: ui.overlay.of === undefined ? 'next' : 'start the fault' },
        { key: 'esc', does: 'back' },
      ];
    case 'confirm-end':
      return [
        { key: 'y', does: 'end the run now: heal, read, judge' },
        { key: 'any other key', does: 'go on' },
      ];
    case 'none':
  }
  const decides = picture.violation !== undefined && ui.decision === 'asked' && isOn(picture);
  return [
    ...(decides
      ? [
          { key: 's', does: 'stop' },
          { key: 'c', does: 'continue' },
          { key: 'i', does: 'inspect' },
        ]
      : []),
    { key: '1-4', does: 'panels' },
    { key: '↑↓', does: 'scroll' },
    ...(picture.phase === 'running'
      ? [
          { key: 'p', does: picture.paused ? 'resume' : 'pause' },
          faultByHand(picture) ? { key: 'h', does: 'heal' } : { key: 'f', does: 'fault' },
          { key: 'e', does: 'end' },
        ]
      : []),
    { key: '?', does: 'help' },
    { key: '^C', does: 'abort' },
  ];
}

function filled(lines: readonly Line[], height: number): readonly Line[] {
  const blank: Line = [];
  return Array.from({ length: height }, (_, row) => lines[row] ?? blank);
}
