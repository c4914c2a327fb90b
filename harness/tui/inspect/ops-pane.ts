/** The ops of a history: all of them, or those that a filter leaves; what is on the screen is read when it is drawn. */
import { count } from '../../cli/text.ts';
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { span, type Line } from '../spans.ts';
import { Cursor } from './cursor.ts';
import { FIELDS, momentOf, parseFilter, type Filter } from './filter.ts';
import { Matcher, unknownFault } from './matcher.ts';
import { OpTable } from './op-lines.ts';
import { opPane } from './op-pane.ts';
import type { Pane, Size, Stage } from './pane.ts';
import type { PromptProblem } from './prompt.ts';
import type { Run } from './run.ts';
import { timeOf, type Row } from './rows.ts';
import { Search } from './search.ts';

type Goal = { readonly kind: 'time'; readonly ns: number } | { readonly kind: 'op'; readonly index: number };

export class OpsPane implements Pane {
  readonly #run: Run;
  readonly #stage: Stage;
  readonly #cursor = new Cursor();
  #filter = '';
  #terms: Filter = [];
  #search: Search | undefined;
  /** Where to go once so much is known. */
  #goal: Goal | undefined;
  #violation = -1;

  constructor(run: Run, stage: Stage, filter = '') {
    this.#run = run;
    this.#stage = stage;
    if (filter !== '') this.filterBy(filter);
  }

  /** The text must be a filter. */
  filterBy(text: string): void {
    const parsed = parseFilter(text);
    const here = this.#rowAt(this.#cursor.at);
    this.#search?.stop();
    this.#search = undefined;
    this.#filter = text.trim();
    this.#terms = 'filter' in parsed ? parsed.filter : [];
    if (this.#terms.length === 0) {
      this.#cursor.go(here ?? 0, this.#length);
      return;
    }
    this.#cursor.go(0, 0);
    this.#startSearch();
  }

  /** The history has grown, or is known as a whole. */
  grown(): void {
    if (this.#terms.length > 0 && this.#search === undefined) this.#startSearch();
    this.#reachGoal();
  }

  goTo(goal: Goal): void {
    this.#goal = goal;
    this.#reachGoal();
  }

  frame({ columns, rows }: Size): readonly Line[] {
    const { history } = this.#run;
    const length = this.#length;
    const height = Math.max(1, rows - 2);
    const top = this.#cursor.topFor(length, height);
    const table = new OpTable(this.#run.windows, {
      violations: new Set(this.#run.violations),
      involved: this.#run.involved,
    });
    const indexWidth = Math.max(4, String(history.length).length);
    const lines = this.#rows(top, height).map(([row, at], place) =>
      table.line(row, at, indexWidth, top + place === this.#cursor.at),
    );
    const status = this.#status(length);
    return [status, table.head(indexWidth), ...(lines.length > 0 ? lines : this.#nothing(columns))];
  }

  key(name: KeyName): boolean {
    if (this.#cursor.key(name, this.#length)) {
      this.#goal = undefined;
      return true;
    }
    switch (name) {
      case '/':
        this.#askFilter();
        return true;
      case 'x':
        this.filterBy('');
        return true;
      case 'g':
        this.#askPlace();
        return true;
      case 'v':
        this.#nextViolation();
        return true;
      case 'return': {
        const at = this.#rowAt(this.#cursor.at);
        if (at !== undefined) this.#stage.open(opPane(this.#run, at));
        return true;
      }
      default:
        return false;
    }
  }

  hints(): readonly KeyHint[] {
    return [
      { key: '/', does: 'filter' },
      ...(this.#terms.length > 0 ? [{ key: 'x', does: 'no filter' }] : []),
      { key: 'g', does: 'go to' },
      ...(this.#run.violations.length > 0 ? [{ key: 'v', does: 'violation' }] : []),
      { key: 'Enter', does: 'all of it' },
    ];
  }

  close(): void {
    this.#search?.stop();
  }

  /** Of rows, or of matches. */
  get #length(): number {
    return this.#terms.length > 0 ? (this.#search?.length ?? 0) : this.#run.history.length;
  }

  #rowAt(place: number): number | undefined {
    if (this.#terms.length > 0) return this.#search?.at(place);
    return place < this.#run.history.length ? place : undefined;
  }

  #rows(top: number, height: number): readonly (readonly [Row, number])[] {
    const { history } = this.#run;
    if (this.#terms.length === 0)
      return history.rows(top, height).map((row, place) => [row, top + place] as const);
    return Array.from({ length: height }, (_, place) => this.#rowAt(top + place)).flatMap((at) =>
      at === undefined ? [] : history.rows(at, 1).map((row) => [row, at] as const),
    );
  }

  #startSearch(): void {
    const { history, windows } = this.#run;
    // Which faults there were, and so which ops fell into them, is known at the end.
    if (!history.isComplete) return;
    const search = new Search();
    this.#search = search;
    void search.run(history, new Matcher(this.#terms, windows), () => {
      if (this.#search !== search) return;
      this.#reachGoal();
      this.#stage.changed();
    });
  }

  #status(length: number): Line {
    const { history } = this.#run;
    const percent = (share: number): string => `${Math.floor(share * 100)} %`;
    const place = length === 0 ? '0' : count(this.#cursor.at + 1);
    const reading = history.isComplete ? '' : ` · reading ${percent(history.progress)}`;
    if (this.#terms.length === 0) {
      const trouble = history.problem === undefined ? [] : [span(`  ${history.problem}`, 'bad')];
      return [span(` ${place} of ${count(length)} ops${reading}`), ...trouble];
    }
    const search = this.#search;
    const share = search === undefined || history.length === 0 ? 0 : search.seen / history.length;
    const searching = search?.isComplete === true ? '' : ` · searching ${percent(share)}`;
    return [
      span(` ${place} of ${count(length)} that match `),
      span(this.#filter, 'bold'),
      span(`${reading === '' ? searching : reading}`),
    ];
  }

  #nothing(columns: number): readonly Line[] {
    const { history } = this.#run;
    if (!history.isComplete || (this.#terms.length > 0 && this.#search?.isComplete !== true)) return [];
    const text =
      this.#terms.length > 0
        ? 'No op matches. / changes the filter, x drops it.'
        : (history.problem ?? 'There is no op in this history.');
    return [[], [span(`   ${text}`.slice(0, columns * 2))]];
  }

  #askFilter(): void {
    this.#stage.ask({
      label: '/',
      text: this.#filter,
      help: `${FIELDS.join('= ')}=  != not  a,b either  * any  Enter applies`,
      problemOf: (text) => this.#filterProblem(text),
      answer: (text) => this.filterBy(text),
    });
  }

  #filterProblem(text: string): PromptProblem | undefined {
    const parsed = parseFilter(text);
    if ('problem' in parsed) return parsed.problem;
    const { history, windows } = this.#run;
    return history.isComplete ? unknownFault(parsed.filter, text, windows) : undefined;
  }

  #askPlace(): void {
    this.#stage.ask({
      label: 'go to',
      text: '',
      help: 'a time, as 12.5s or 300ms; or an op, as #2630',
      problemOf: (text) => {
        const goal = goalOf(text);
        return goal !== undefined && 'problem' in goal
          ? { at: 0, length: text.length, problem: goal.problem }
          : undefined;
      },
      answer: (text) => {
        const goal = goalOf(text);
        if (goal !== undefined && 'kind' in goal) this.goTo(goal);
      },
    });
  }

  /** One after another, from the first. */
  #nextViolation(): void {
    const { violations } = this.#run;
    if (violations.length === 0) {
      this.#stage.say(
        this.#run.findings === undefined
          ? 'not judged yet: J judges it here, as faultline check does'
          : this.#run.findings.verdict === 'invalid'
            ? 'no check says which op broke it: see the summary'
            : 'there is no violation in this run',
      );
      return;
    }
    this.#violation = (this.#violation + 1) % violations.length;
    const index = violations[this.#violation]!;
    if (this.#terms.length > 0) this.filterBy('');
    this.goTo({ kind: 'op', index });
    this.#stage.say(
      `✗ op ${index}${violations.length > 1 ? `, ${this.#violation + 1} of ${violations.length}` : ''}: ${this.#run.involved.has(index) ? 'no order of the operations explains it' : 'a check names it, see the summary'}`,
      'bad',
    );
  }

  #reachGoal(): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    const { history } = this.#run;
    const row = goal.kind === 'op' ? history.rowOf(goal.index) : history.rowAt(goal.ns);
    const isKnown = row !== undefined && row < history.length;
    if (!isKnown && !history.isComplete) {
      this.#stage.say('reading on to there …');
      return;
    }
    if (this.#terms.length > 0 && this.#search?.isComplete !== true) {
      const last = this.#search?.at(this.#search.length - 1);
      if (last === undefined || row === undefined || last < row) return;
    }
    this.#goal = undefined;
    if (!isKnown) {
      const end = timeOf(history.rows(history.length - 1, 1)[0]);
      this.#stage.say(
        goal.kind === 'op'
          ? `there is no op ${goal.index} in this history`
          : `the history ends before, at ${((end ?? 0) / 1e9).toFixed(3)} s`,
      );
      this.#cursor.go(this.#length - 1, this.#length);
      return;
    }
    this.#cursor.go(this.#terms.length > 0 ? this.#search!.placeOf(row) : row, this.#length);
  }
}

/** Undefined: nothing was written. */
function goalOf(text: string): Goal | { readonly problem: string } | undefined {
  const written = text.trim();
  if (written === '') return undefined;
  const index = /^#(\d{1,15})$/.exec(written)?.[1];
  if (index !== undefined) return { kind: 'op', index: Number(index) };
  const moment = momentOf(written);
  return 'problem' in moment
    ? { problem: 'expected a time such as 12.5s, or an op such as #2630' }
    : { kind: 'time', ns: moment.ns };
}
