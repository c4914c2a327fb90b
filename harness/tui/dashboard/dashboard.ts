/**
 * The dashboard of a run: takes the run's events, shows the picture that they make, and does what the keys
 * ask for. It draws at most ten times a second, whatever happens; a key is answered at once.
 */
import type { RunEvent } from '../../runner/events.ts';
import type { Live, RunHandle } from '../../runner/live.ts';
import { systemNamed } from '../../hosts/system.ts';
import type { Size, View } from '../screen.ts';
import type { KeyName } from '../keys.ts';
import type { Line } from '../spans.ts';
import { frameOf, type Frame } from './frame.ts';
import { handMenu, type HandKind } from './hand-menu.ts';
import { LogTail } from './log-tail.ts';
import { NOTHING_YET, pictureAfter, type Picture } from './picture.ts';
import { FIRST_UI, press, uiAfter, type Action, type Decision, type Ui } from './ui.ts';

const FRAME_MS = 100;
/** How long a person may think about a violation before the plan's word counts, ms. */
const THINKING_MS = 10_000;

export interface DashboardOptions {
  /** This run among those that were asked for, from 1. */
  readonly turn: number;
  readonly turns: number;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
}

export class Dashboard implements View {
  readonly #options: DashboardOptions;
  #picture: Picture = NOTHING_YET;
  #ui: Ui = FIRST_UI;
  #menu: readonly HandKind[] = [];
  #frame: Pick<Frame, 'length' | 'height'> = { length: 0, height: 0 };
  #tail: LogTail | undefined;
  #handle: RunHandle | undefined;
  /** `performance.now()` at the start of the run. */
  #start = performance.now();
  /** Until when somebody may think about the violation, and what then becomes of the run. */
  #thinking: { readonly until: number; readonly ends: (ends: boolean) => void } | undefined;
  #version = 0;
  #changed: () => void = () => {};
  #lastDrawn = -Infinity;
  #next: NodeJS.Timeout | undefined;
  readonly #clock: NodeJS.Timeout;

  readonly live: Live = {
    onHandle: (handle) => (this.#handle = handle),
    mayEnd: () => this.#asked(),
  };

  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#clock = setInterval(() => this.#tick(), FRAME_MS);
    this.#clock.unref();
  }

  /** What was chosen for after the run. */
  get decision(): Decision {
    return this.#ui.decision;
  }

  readonly onEvent = (event: RunEvent): void => {
    const before = this.#picture;
    this.#picture = pictureAfter(before, event);
    this.#ui = uiAfter(this.#ui, before, this.#picture);
    if (event.kind === 'started') this.#started(event);
    if ('ms' in event) this.#start = performance.now() - event.ms;
    // It is ending in order, which tells more of a violation than an end at once.
    if (event.kind === 'ending' || event.kind === 'final-reads') this.#decide(false);
    this.#redraw();
  };

  /** A word of the command line's, where it can't be printed now. */
  note(text: string): void {
    const { timeline, ms } = this.#picture;
    this.#picture = { ...this.#picture, timeline: [...timeline, { ms, text: text.trim(), tone: 'bad' }] };
    this.#redraw();
  }

  /** Nothing is drawn any more. Whoever is still asked whether the run may end has said nothing: it may. */
  close(): void {
    clearInterval(this.#clock);
    clearTimeout(this.#next);
    this.#decide(true);
  }

  frame({ columns, rows }: Size): readonly Line[] {
    const { turn, turns } = this.#options;
    const picture = this.#picture;
    const node = picture.nodes[this.#ui.node]?.node;
    const isLogShown = this.#ui.tab === 'log' || columns >= 120;
    const frame = frameOf(
      {
        ...{ turn, turns, picture, ui: this.#ui, menu: this.#menu },
        now: picture.phase === 'judging' || picture.phase === 'judged' ? picture.ms : this.#elapsed(),
        log: (isLogShown && node !== undefined && this.#tail?.linesOf(node)) || [],
        epoch: Date.now() - this.#elapsed(),
        endsIn: this.#thinking && this.#thinking.until - performance.now(),
      },
      columns,
      rows,
    );
    this.#frame = frame;
    return frame.lines;
  }

  key(name: KeyName): void {
    const seen = { picture: this.#picture, menu: this.#menu, ...this.#frame };
    const { ui, action } = press(this.#ui, name, seen);
    this.#ui = ui;
    if (action !== undefined) this.#act(action);
    this.#draw();
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#changed = changed;
    return () => (this.#changed = () => {});
  };

  readonly version = (): number => this.#version;

  #started({ folder, nodes, plan }: Extract<RunEvent, { kind: 'started' }>): void {
    this.#start = performance.now();
    this.#tail = new LogTail(folder);
    this.#menu = handMenu(nodes, 'leader');
    void systemNamed(plan.system.name).then(
      ({ leaderRole }) => (this.#menu = handMenu(nodes, leaderRole)),
      () => {}, // the run says why
    );
  }

  #act(action: Action): void {
    const handle = this.#handle;
    switch (action.kind) {
      case 'interrupt':
        return this.#options.onInterrupt();
      case 'pause':
        return handle?.pauseWorkload();
      case 'resume':
        return handle?.resumeWorkload();
      case 'heal':
        return handle?.healFault();
      case 'end':
        return handle?.end();
      case 'start':
        if (handle?.startFault(action.entry) === false) {
          this.#ui = { ...this.#ui, hint: 'no fault can be started now' };
        }
        return;
      case 'decide': {
        const ends = action.decision !== 'continue';
        if (this.#thinking) this.#decide(ends);
        else if (ends) handle?.end();
        return;
      }
    }
  }

  /** With other plans to come nobody is waited for. */
  #asked(): Promise<boolean> {
    if (this.#options.turns > 1) {
      this.#ui = { ...this.#ui, decision: 'stop' };
      return Promise.resolve(true);
    }
    return new Promise((ends) => {
      this.#thinking = { until: performance.now() + THINKING_MS, ends };
    });
  }

  #decide(ends: boolean): void {
    this.#thinking?.ends(ends);
    this.#thinking = undefined;
  }

  #tick(): void {
    if (this.#thinking && performance.now() > this.#thinking.until) {
      this.#ui = { ...this.#ui, decision: 'stop' };
      this.#decide(true);
    }
    this.#redraw();
  }

  #elapsed(): number {
    return performance.now() - this.#start;
  }

  #redraw(): void {
    const wait = this.#lastDrawn + FRAME_MS - performance.now();
    if (wait <= 0) this.#draw();
    else this.#next ??= setTimeout(() => this.#draw(), wait);
  }

  #draw(): void {
    clearTimeout(this.#next);
    this.#next = undefined;
    this.#lastDrawn = performance.now();
    this.#version++;
    this.#changed();
  }
}
