/**
 * The counterexample, and the attempt to put its operations in an order, stepped forward and back: at each
 * step what the object is, what it could be, and for each operation that is left why it can't come next.
 */
import { plural } from '../../cli/text.ts';
import type { Counterexample, Order, Step } from '../../report/page/data.ts';
import type { KeyHint } from '../key-bar.ts';
import type { KeyName } from '../keys.ts';
import { line, span, wrapped, type Line } from '../spans.ts';
import type { Pane, Size, Stage } from './pane.ts';
import { logsPane } from './logs-pane.ts';
import type { Run } from './run.ts';
import { faultRows, layoutOf, progressOf, scaleLine, timelineLines, TIMELINE_LABEL } from './timeline.ts';

export class CounterexamplePane implements Pane {
  readonly #run: Run;
  readonly #stage: Stage;
  readonly #jump: (index: number) => void;
  #all: readonly Counterexample[] | undefined;
  #problem: string | undefined;
  #nth = 0;
  #order = 0;
  #step = 0;
  /** First row of processes that is shown, and of the remaining operations. */
  #down = 0;

  /** `jump`: an op is to be seen among the others. */
  constructor(run: Run, stage: Stage, jump: (index: number) => void) {
    this.#run = run;
    this.#stage = stage;
    this.#jump = jump;
    this.#load();
  }

  /** Reads what is known of the violation; again when it was judged meanwhile. */
  #load(): void {
    const [run, stage] = [this.#run, this.#stage];
    run.counterexamples().then(
      (all) => {
        this.#all = all;
        this.#step = this.#steps.length - 1;
        stage.changed();
      },
      (error: unknown) => {
        this.#problem = error instanceof Error ? error.message : String(error);
        stage.changed();
      },
    );
  }

  frame(size: Size): readonly Line[] {
    const shown = this.#shown;
    return shown === undefined ? this.#nothing(size.columns) : this.#draw(shown, size);
  }

  key(name: KeyName): boolean {
    const shown = this.#shown;
    if (shown === undefined) return this.#scroll(name);
    const last = this.#steps.length - 1;
    switch (name) {
      case 'left':
        return this.#go(this.#step - 1);
      case 'right':
        return this.#go(this.#step + 1);
      case 'home':
        return this.#go(0);
      case 'end':
        return this.#go(last);
      case 'up':
        this.#down = Math.max(0, this.#down - 1);
        return true;
      case 'down':
        this.#down++;
        return true;
      case 'o':
        this.#order = (this.#order + 1) % Math.max(1, shown.orders.length);
        return this.#go(this.#steps.length - 1);
      case 'n':
        this.#nth = (this.#nth + 1) % this.#all!.length;
        this.#order = 0;
        this.#down = 0;
        return this.#go(this.#steps.length - 1);
      case 'v':
        this.#jump(shown.blocked);
        return true;
      case 'return':
        this.#jump(this.#steps[this.#step]?.operation ?? shown.blocked);
        return true;
      case 'l': {
        const { from, until } = rangeOf(shown);
        this.#stage.open(logsPane(this.#run, from * 1e6, until * 1e6));
        return true;
      }
      default:
        return false;
    }
  }

  /** Of what other checks found. */
  #scroll(name: KeyName): boolean {
    const by = { up: -1, down: 1, pageup: -10, pagedown: 10, home: -Infinity }[name];
    if (by === undefined) return false;
    this.#down = Math.max(0, this.#down + by);
    return true;
  }

  hints(): readonly KeyHint[] {
    const shown = this.#shown;
    if (shown === undefined) return [{ key: '↑↓', does: 'scroll' }];
    return [
      { key: '←→', does: 'step' },
      { key: 'Home/End', does: 'first, last' },
      ...(shown.orders.length > 1 ? [{ key: 'o', does: 'another order' }] : []),
      ...((this.#all?.length ?? 0) > 1 ? [{ key: 'n', does: 'next key' }] : []),
      { key: 'Enter', does: 'its op' },
      { key: 'l', does: 'node logs' },
    ];
  }

  get #shown(): Counterexample | undefined {
    return this.#all?.[this.#nth];
  }

  get #steps(): Order['steps'] {
    return this.#shown?.orders[this.#order]?.steps ?? [];
  }

  #go(step: number): true {
    this.#step = Math.max(0, Math.min(this.#steps.length - 1, step));
    return true;
  }

  #nothing(width: number): readonly Line[] {
    if (this.#problem !== undefined) return wrapped(this.#problem, width, 'bad');
    if (this.#all === undefined) return [line('  reading …', 'dim')];
    const { findings } = this.#run;
    if (findings === undefined) return [line('  Not judged yet: J judges it here, as faultline check does.')];
    const broken = findings.checks.find((check) => check.verdict === 'invalid');
    if (broken === undefined) return [line('  There is no violation in this run.', 'dim')];
    const details = (JSON.stringify(broken.details, null, 2) ?? '').split('\n');
    this.#down = Math.min(this.#down, details.length - 1);
    return [
      ...wrapped(`${broken.checker}: ${broken.summary}`, width, 'bad'),
      [],
      line('This check finds no order of operations to step through. What it found:', 'dim'),
      ...details.slice(this.#down, this.#down + 500).map((one) => line(one)),
    ];
  }

  #draw(shown: Counterexample, { columns, rows }: Size): readonly Line[] {
    const { orders, blocked } = shown;
    const order = orders[this.#order];
    const step = order?.steps[this.#step];
    const progress =
      order === undefined ? { standing: new Map(), current: undefined } : progressOf(order, this.#step);
    const layout = layoutOf(shown, columns - TIMELINE_LABEL);
    const focus = layout.placed.find(({ operation }) => operation.id === (progress.current ?? blocked));
    const visible = columns - TIMELINE_LABEL;
    const from =
      layout.width <= visible || focus === undefined
        ? 0
        : Math.max(0, Math.min(layout.width - visible, focus.left - (visible >> 2)));
    const range = rangeOf(shown);
    const head = headLines(shown, orders, this.#order, columns);
    const faults = faultRows(layout, this.#run.windows, from, columns, range, 3);
    const below = [
      [],
      ...(step === undefined
        ? noOrder(shown, columns)
        : stepLines(shown, step, `step ${this.#step} of ${this.#steps.length - 1}`, columns)),
    ];
    const processes = timelineLines(layout, blocked, progress, undefined, from, columns);
    const room = rows - head.length - faults.length - 1;
    // The picture has at least half of the room; what is below can be moved into sight.
    const height = Math.min(processes.length, Math.max(room - below.length, Math.ceil(room / 2)));
    const left = Math.max(0, room - height);
    const hidden = Math.max(0, processes.length - height);
    const spare = Math.max(0, below.length - left);
    this.#down = Math.min(this.#down, hidden + spare);
    const focusRow = layout.processes.indexOf(focus?.operation.process ?? '');
    const top = Math.max(0, Math.min(hidden, this.#down > 0 ? this.#down : focusRow - height + 1));
    const skipped = Math.max(0, Math.min(spare, this.#down - hidden));
    return [
      ...head,
      ...processes.slice(top, top + height),
      ...faults,
      scaleLine(range, columns),
      ...below.slice(skipped, skipped + left),
    ];
  }
}

function headLines(
  { key, operations, of, minimal }: Counterexample,
  orders: readonly Order[],
  nth: number,
  width: number,
): readonly Line[] {
  const named = key === '' ? '' : ` of key ${JSON.stringify(key)}`;
  const size = minimal ? 'none can be left out' : 'perhaps not the fewest';
  const which = orders.length > 1 ? ` · order ${nth + 1} of ${orders.length}` : '';
  return [
    ...wrapped(
      `${operations.length} of the ${plural(of, 'operation')}${named} are enough to show it, ${size}${which}`,
      width,
      'bold',
    ),
    [],
  ];
}

function stepLines(shown: Counterexample, step: Step, place: string, width: number): readonly Line[] {
  const { operations, blocked } = shown;
  const textOf = (id: number): string => {
    const operation = operations.find((one) => one.id === id);
    return operation === undefined ? `op ${id}` : `op ${id}, process ${operation.process}: ${operation.text}`;
  };
  const placed = operations.length - step.remaining.length;
  const { states, more } = step.reachable;
  const others = states.filter((state) => state !== step.state);
  const reached =
    others.length === 0 && !more
      ? `no other order of ${plural(placed, 'operation')} leads to anything else`
      : `other orders of ${plural(placed, 'operation')} lead to ${others.join(' or ') || 'the same'}${more ? ', and more' : ''}`;
  const after = step.operation === undefined ? 'before any of them' : `after ${textOf(step.operation)}`;
  return [
    ...wrapped(`${place}, ${after}`, width, 'title'),
    ...wrapped(`it is ${step.state}${placed === 0 ? '' : `; ${reached}`}`, width),
    ...(step.remaining.length === 0 ? [line('none is left')] : []),
    ...step.remaining.flatMap(({ operation, why, possible }) => {
      const sign = operation === blocked ? '✗' : possible ? '▸' : '×';
      const style = operation === blocked ? 'bad' : possible ? 'bold' : 'plain';
      return wrapped(`${textOf(operation)}: ${why}`, Math.max(10, width - 4)).map((part, row): Line => [
        span(row === 0 ? `  ${sign} ` : '    ', style),
        ...part.map(({ text }) => span(text, style)),
      ]);
    }),
  ];
}

/** A large counterexample is shown in part, and of a part there is no order. */
function noOrder(shown: Counterexample, width: number): readonly Line[] {
  const operation = shown.operations.find(({ id }) => id === shown.blocked);
  return wrapped(
    `Nothing explains op ${shown.blocked}, process ${operation?.process}: ${operation?.text}. There is no order of operations here to step through: they are too many, or the plan's model is not known.`,
    width,
  );
}

function rangeOf({ operations, blocked }: Counterexample): { readonly from: number; readonly until: number } {
  const last = operations.find(({ id }) => id === blocked);
  return {
    from: Math.min(...operations.map(({ from }) => from)),
    until: Math.max(last?.until ?? 0, ...operations.map(({ from, until }) => until ?? from)),
  };
}
