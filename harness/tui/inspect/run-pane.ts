/** A run to look into: its summary, ops, faults, counterexample and logs side by side as tabs. */
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { span, type Line, type Span } from '../spans.ts';
import { CounterexamplePane } from './counterexample-pane.ts';
import { FaultsPane } from './faults-pane.ts';
import { OpsPane } from './ops-pane.ts';
import type { Pane, Size, Stage } from './pane.ts';
import type { Run } from './run.ts';
import { summaryLines } from './summary.ts';
import { TextPane } from './text-pane.ts';
import { verdictSpan } from './words.ts';

const TABS = ['summary', 'ops', 'faults', 'counterexample'] as const;
type Tab = (typeof TABS)[number];

export class RunPane implements Pane {
  readonly #run: Run;
  readonly #stage: Stage;
  readonly #ops: OpsPane;
  readonly #summary: TextPane;
  readonly #faults: FaultsPane;
  #counterexample: CounterexamplePane | undefined;
  #tab: Tab;
  #isJudging = false;

  /** Begins to read what is left of the history. `filter`: the ops are shown at first, only those. */
  constructor(run: Run, stage: Stage, filter = '') {
    this.#run = run;
    this.#stage = stage;
    this.#ops = new OpsPane(run, stage, filter);
    this.#summary = new TextPane((width) =>
      summaryLines(run, width, 'J judges it here, as faultline check does.'),
    );
    this.#faults = new FaultsPane(run, ({ number }) => {
      this.#tab = 'ops';
      this.#ops.filterBy(`fault=#${number}`);
    });
    this.#tab = run.verdict === undefined || filter !== '' ? 'ops' : 'summary';
    void this.#load();
  }

  frame({ columns, rows }: Size): readonly Line[] {
    return [this.#title(), this.#tabs(), ...this.#shown.frame({ columns, rows: rows - 2 })];
  }

  key(name: KeyName): boolean {
    const direct = TABS[Number(name) - 1];
    if (direct !== undefined) {
      this.#tab = direct;
      return true;
    }
    if (name === 'tab' || name === 'shift-tab') {
      const step = name === 'tab' ? 1 : TABS.length - 1;
      this.#tab = TABS[(TABS.indexOf(this.#tab) + step) % TABS.length]!;
      return true;
    }
    if (this.#shown.key(name)) return true;
    switch (name) {
      case '/':
      case 'v':
      case 'g':
        this.#tab = 'ops';
        return this.#ops.key(name);
      case 'c':
        this.#tab = 'counterexample';
        return true;
      case 'J':
        void this.#judge();
        return true;
      case 'y':
        this.#stage.copy(this.#run.reproduce[0]!);
        return true;
      default:
        return false;
    }
  }

  hints(): readonly KeyHint[] {
    const here = this.#shown.hints();
    const shown = new Set(here.map(({ key }) => key));
    const more = [
      { key: 'Tab', does: 'next view' },
      ...(this.#run.findings === undefined ? [{ key: 'J', does: 'judge' }] : []),
      ...(this.#run.violations.length > 0 ? [{ key: 'v', does: 'violation' }] : []),
      { key: '/', does: 'filter' },
      { key: 'y', does: 'copy command' },
    ];
    return [...here, ...more.filter(({ key }) => !shown.has(key))];
  }

  async #load(): Promise<void> {
    await this.#run.history.load(() => {
      this.#ops.grown();
      this.#stage.changed();
    });
    // Its model takes a moment to load, in which somebody reads the summary.
    if (this.#run.violations.length > 0) this.#counterexampleShown();
  }

  async #judge(): Promise<void> {
    const run = this.#run;
    if (run.findings !== undefined || this.#isJudging) return;
    this.#isJudging = true;
    this.#stage.say('judging …');
    const problem = await run.judge().catch((error: unknown) => String(error));
    this.#isJudging = false;
    this.#counterexample = undefined;
    if (problem !== undefined) this.#stage.say(`not judged: ${problem}`, 'bad');
    else this.#stage.say('judged: see the summary');
    this.#stage.changed();
  }

  close(): void {
    this.#ops.close();
    this.#run.close();
  }

  get #shown(): Pane {
    switch (this.#tab) {
      case 'summary':
        return this.#summary;
      case 'ops':
        return this.#ops;
      case 'faults':
        return this.#faults;
      case 'counterexample':
        return this.#counterexampleShown();
    }
  }

  #counterexampleShown(): CounterexamplePane {
    return (this.#counterexample ??= new CounterexamplePane(this.#run, this.#stage, (index) => {
      this.#tab = 'ops';
      this.#ops.filterBy('');
      this.#ops.goTo({ kind: 'op', index });
    }));
  }

  #title(): Line {
    const { verdict, findings, name, problem } = this.#run;
    return [
      span(' '),
      findings === undefined ? span('?', 'unsure') : verdictSpan(findings.verdict),
      ...(verdict === undefined ? [] : [span(` ${verdict.plan}`, 'bold'), span(` seed ${verdict.seed}`)]),
      span(` ${name}`, 'dim'),
      ...(problem === undefined || findings !== undefined ? [] : [span(` ${problem}`, 'unsure')]),
    ];
  }

  #tabs(): Line {
    return TABS.flatMap((tab, at): Span[] => {
      const text = `${at + 1} ${tab}`;
      return tab === this.#tab ? [span(' '), span(`[${text}]`, 'chosen')] : [span(`  ${text} `)];
    });
  }
}
