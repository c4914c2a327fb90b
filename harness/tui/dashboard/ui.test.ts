import { beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../plan/index.ts';
import { handMenu } from './hand-menu.ts';
import { NODES, sceneOf, stagedPlan } from './fixtures/scenes.ts';
import { NOTHING_YET, pictureAfter, type Picture } from './picture.ts';
import { FIRST_UI, press, uiAfter, type Action, type Ui } from './ui.ts';

let plan: Plan;
beforeAll(async () => {
  plan = await stagedPlan();
});

const pictureOf = (scene: Parameters<typeof sceneOf>[0]): Picture =>
  sceneOf(scene, plan, '/run').reduce(pictureAfter, NOTHING_YET);
const menu = handMenu(NODES, 'leader');

/** What the keys lead to, and what they did on the way. */
function pressed(picture: Picture, keys: readonly string[], from = FIRST_UI): { ui: Ui; actions: Action[] } {
  const actions: Action[] = [];
  let ui = from;
  for (const key of keys) {
    const { ui: next, action } = press(ui, key, { picture, menu, length: 100, height: 10 });
    ui = next;
    if (action !== undefined) actions.push(action);
  }
  return { ui, actions };
}

test('panels by number and in turn; a violation has one once there is one', () => {
  const calm = pictureOf('calm');
  expect(pressed(calm, ['2']).ui.tab).toBe('log');
  expect(pressed(calm, ['4']).ui.tab).toBe('faults');
  expect(pressed(calm, ['tab', 'tab', 'tab']).ui.tab).toBe('faults');
  expect(pressed(calm, ['shift-tab']).ui.tab).toBe('checks');
  expect(pressed(pictureOf('violation'), ['shift-tab']).ui.tab).toBe('violation');
});

test('each panel keeps its place; the log starts anew with another node', () => {
  const { ui } = pressed(pictureOf('calm'), ['up', '2', 'home', 'right']);
  expect(ui).toMatchObject({
    tab: 'log',
    node: 1,
    scrolls: { faults: { kind: 'at', top: 89 }, log: { kind: 'follow' } },
  });
  expect(pressed(pictureOf('calm'), ['left']).ui.node).toBe(4);
});

test('p pauses and resumes; not before or after there is a workload', () => {
  const calm = pictureOf('calm');
  expect(pressed(calm, ['p']).actions).toEqual([{ kind: 'pause' }]);
  expect(pressed({ ...calm, paused: true }, ['p']).actions).toEqual([{ kind: 'resume' }]);
  const over = pressed(pictureOf('judging'), ['p', 'f', 'e']);
  expect(over.actions).toEqual([]);
  expect(over.ui).toMatchObject({ hint: 'the run is ending already', overlay: { kind: 'none' } });
});

test('a fault by hand: its kind, its target, and h heals it; a second one only after that', () => {
  const calm = pictureOf('calm');
  const { ui, actions } = pressed(calm, ['f', 'down', 'return', '3', 'return']);
  expect(actions).toEqual([
    { kind: 'start', entry: { fault: 'pause', target: { node: 'n2' }, timing: { kind: 'always' } } },
  ]);
  expect(ui.overlay).toEqual({ kind: 'none' });
  expect(pressed(calm, ['f', 'up', 'escape']).actions).toEqual([]);
  expect(pressed(calm, ['f', 'return', 'escape']).ui.overlay).toMatchObject({ of: undefined, cursor: 0 });
  const on = pictureOf('partition');
  expect(pressed(on, ['f']).ui.hint).toContain('h heals it');
  expect(pressed(on, ['h']).actions).toEqual([{ kind: 'heal' }]);
  expect(pressed(calm, ['h'])).toMatchObject({ actions: [], ui: { hint: 'no fault by hand is on' } });
});

test('the run is ended only by who means it', () => {
  const calm = pictureOf('calm');
  expect(pressed(calm, ['e', 'n']).actions).toEqual([]);
  expect(pressed(calm, ['e', 'y']).actions).toEqual([{ kind: 'end' }]);
});

test('ctrl-c ends it wherever one is', () => {
  for (const keys of [[], ['?'], ['f'], ['f', 'return'], ['e']]) {
    expect(pressed(pictureOf('calm'), [...keys, 'ctrl-c']).actions, keys.join()).toEqual([
      { kind: 'interrupt' },
    ]);
  }
});

test('a violation is shown at once, and decided once', () => {
  const [calm, violated] = [pictureOf('calm'), pictureOf('violation')];
  const reading = pressed(calm, ['?']).ui;
  const shown = uiAfter(reading, calm, violated);
  expect(shown).toMatchObject({ tab: 'violation', overlay: { kind: 'none' } });
  expect(uiAfter({ ...shown, tab: 'log' }, violated, violated).tab).toBe('log');
  expect(pressed(calm, ['s', 'c', 'i']).actions).toEqual([]);
  expect(pressed(violated, ['c', 's'], shown).actions).toEqual([{ kind: 'decide', decision: 'continue' }]);
  expect(pressed(violated, ['i'], shown).ui.decision).toBe('inspect');
});
