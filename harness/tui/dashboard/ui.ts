/**
 * What a person has chosen to see, and what a key does. Pure: a state and a key in, a state and perhaps
 * something to do out.
 */
import type { NemesisEntry } from '../../../nemesis/entry.ts';
import type { KeyName } from '../keys.ts';
import { FOLLOW, scrolled, TOP, type Scroll } from '../scroll.ts';
import type { HandKind } from './hand-menu.ts';
import { faultByHand, type Picture } from './picture.ts';

const TABS = ['faults', 'log', 'checks', 'violation'] as const;
export type Tab = (typeof TABS)[number];

export type Overlay =
  | { readonly kind: 'none' }
  | { readonly kind: 'help'; readonly scroll: Scroll }
  /** `of`: the kind of fault that was chosen; undefined while there is none. */
  | { readonly kind: 'menu'; readonly of: number | undefined; readonly cursor: number }
  | { readonly kind: 'confirm-end' };

/** What becomes of the run after a violation; `asked` while nobody has said. */
export type Decision = 'asked' | 'stop' | 'continue' | 'inspect';

export interface Ui {
  readonly tab: Tab;
  readonly scrolls: Readonly<Record<Tab, Scroll>>;
  /** Whose log, by its place among the nodes. */
  readonly node: number;
  readonly overlay: Overlay;
  readonly decision: Decision;
  /** What a key that could do nothing is answered with, until the next key. */
  readonly hint: string | undefined;
}

export const FIRST_UI: Ui = {
  tab: 'faults',
  scrolls: { faults: FOLLOW, log: FOLLOW, checks: TOP, violation: TOP },
  node: 0,
  overlay: { kind: 'none' },
  decision: 'asked',
  hint: undefined,
};

export type Action =
  | { readonly kind: 'interrupt' | 'pause' | 'resume' | 'heal' | 'end' }
  | { readonly kind: 'decide'; readonly decision: Exclude<Decision, 'asked'> }
  | { readonly kind: 'start'; readonly entry: NemesisEntry };

/** What the keys are pressed before. */
export interface Seen {
  readonly picture: Picture;
  readonly menu: readonly HandKind[];
  /** Of what scrolls now: how many lines there are, and how many are shown. */
  readonly length: number;
  readonly height: number;
}

export interface Pressed {
  readonly ui: Ui;
  readonly action?: Action;
}

export function press(before: Ui, key: KeyName, seen: Seen): Pressed {
  const ui: Ui = { ...before, hint: undefined };
  // As everywhere: it ends the run at once, whatever else is on the screen.
  if (key === 'ctrl-c') return { ui, action: { kind: 'interrupt' } };
  switch (ui.overlay.kind) {
    case 'help':
      return inHelp(ui, ui.overlay.scroll, key, seen);
    case 'menu':
      return inMenu(ui, ui.overlay, key, seen);
    case 'confirm-end':
      if (key === 'y' || key === 'return') return { ui: closed(ui), action: { kind: 'end' } };
      return { ui: closed(ui) };
    case 'none':
      return atLarge(ui, key, seen);
  }
}

function atLarge(ui: Ui, key: KeyName, seen: Seen): Pressed {
  const { picture } = seen;
  const tabs = tabsOf(picture);
  const moved = scrolled(ui.scrolls[ui.tab], key, seen.length, seen.height);
  if (moved !== undefined) return { ui: { ...ui, scrolls: { ...ui.scrolls, [ui.tab]: moved } } };
  const decides = picture.violation !== undefined && ui.decision === 'asked' && isOn(picture);
  switch (key) {
    case '1':
    case '2':
    case '3':
    case '4':
      return { ui: { ...ui, tab: tabs[Number(key) - 1] ?? ui.tab } };
    case 'tab':
    case 'shift-tab': {
      const step = key === 'tab' ? 1 : tabs.length - 1;
      return { ui: { ...ui, tab: tabs[(tabs.indexOf(ui.tab) + step) % tabs.length]! } };
    }
    case 'left':
    case 'right': {
      const count = Math.max(1, picture.nodes.length);
      const node = (ui.node + (key === 'right' ? 1 : count - 1)) % count;
      return { ui: { ...ui, tab: 'log', node, scrolls: { ...ui.scrolls, log: FOLLOW } } };
    }
    case '?':
      return { ui: { ...ui, overlay: { kind: 'help', scroll: TOP } } };
    case 'p':
      if (picture.phase !== 'running') return { ui: { ...ui, hint: 'there is no workload to pause now' } };
      return { ui, action: { kind: picture.paused ? 'resume' : 'pause' } };
    case 'f':
      if (picture.phase !== 'running') return { ui: { ...ui, hint: 'no fault can be started now' } };
      if (faultByHand(picture)) return { ui: { ...ui, hint: 'a fault by hand is on already: h heals it' } };
      return { ui: { ...ui, overlay: { kind: 'menu', of: undefined, cursor: 0 } } };
    case 'h':
      if (faultByHand(picture)) return { ui, action: { kind: 'heal' } };
      return { ui: { ...ui, hint: 'no fault by hand is on' } };
    case 'e':
    case 'q':
      if (picture.phase === 'starting') return { ui: { ...ui, hint: 'the run has not begun yet' } };
      if (picture.phase !== 'running') return { ui: { ...ui, hint: 'the run is ending already' } };
      return { ui: { ...ui, overlay: { kind: 'confirm-end' } } };
    case 's':
    case 'c':
    case 'i': {
      if (!decides) return { ui };
      const decision = ({ s: 'stop', c: 'continue', i: 'inspect' } as const)[key];
      return { ui: { ...ui, decision }, action: { kind: 'decide', decision } };
    }
    default:
      return { ui };
  }
}

function inHelp(ui: Ui, scroll: Scroll, key: KeyName, { length, height }: Seen): Pressed {
  const moved = scrolled(scroll, key, length, height);
  return { ui: moved === undefined ? closed(ui) : { ...ui, overlay: { kind: 'help', scroll: moved } } };
}

function inMenu(
  ui: Ui,
  menu: Extract<Overlay, { kind: 'menu' }>,
  key: KeyName,
  { menu: kinds, picture }: Seen,
): Pressed {
  const choices = menu.of === undefined ? kinds : kinds[menu.of]!.choices;
  const at = (cursor: number): Pressed => ({
    ui: { ...ui, overlay: { ...menu, cursor: (cursor + choices.length) % choices.length } },
  });
  switch (key) {
    case 'up':
      return at(menu.cursor - 1);
    case 'down':
      return at(menu.cursor + 1);
    case 'escape':
    case 'left':
    case 'backspace': {
      if (menu.of === undefined) return { ui: closed(ui) };
      return { ui: { ...ui, overlay: { kind: 'menu', of: undefined, cursor: menu.of } } };
    }
    case 'return':
    case 'right': {
      if (menu.of === undefined)
        return { ui: { ...ui, overlay: { kind: 'menu', of: menu.cursor, cursor: 0 } } };
      if (picture.phase !== 'running') return { ui: { ...closed(ui), hint: 'no fault can be started now' } };
      const { entry } = kinds[menu.of]!.choices[menu.cursor]!;
      return { ui: { ...closed(ui), tab: 'faults' }, action: { kind: 'start', entry } };
    }
    default: {
      const digit = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
      return digit >= 0 && digit < choices.length ? at(digit) : { ui };
    }
  }
}

function closed(ui: Ui): Ui {
  return { ...ui, overlay: { kind: 'none' } };
}

/** It is still open what becomes of the run. */
export function isOn({ phase }: Picture): boolean {
  return phase === 'running';
}

/** Those that there are: the violation's comes with it. */
export function tabsOf({ violation }: Picture): readonly Tab[] {
  return violation === undefined ? TABS.filter((tab) => tab !== 'violation') : TABS;
}

/** After a new event: a violation is shown at once, whatever else was. */
export function uiAfter(ui: Ui, before: Picture, after: Picture): Ui {
  if (before.violation !== undefined || after.violation === undefined) return ui;
  return { ...closed(ui), tab: 'violation' };
}
