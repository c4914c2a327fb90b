/**
 * The page of a report: draws the data that is in it. Whatever comes from a run gets onto the page as text
 * (`textContent`, attributes), never as markup.
 */
import type { Counterexample, Operation, Order, ReportData } from './data.ts';

const data = JSON.parse(document.getElementById('data')!.textContent) as ReportData;
const SVG = 'http://www.w3.org/2000/svg';
type Attributes = { readonly [name: string]: string | number };

function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

function svg(name: string, attributes: Attributes = {}, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

const at = (id: string): HTMLElement => document.getElementById(id)!;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** Of a text that may be long, enough to recognise it. */
function short(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The operations of the counterexample, a row a process, and its orders step by step. */
class Timeline {
  readonly #counterexample: Counterexample;
  readonly #rows: readonly string[];
  readonly #from: number;
  readonly #until: number;
  /** Places on the time axis by order instead of by time: operations microseconds apart can be told apart. */
  #isByTime = false;
  #zoom = 1;
  #order = 0;
  #step = 0;
  #selected: number | undefined;

  constructor(counterexample: Counterexample) {
    this.#counterexample = counterexample;
    const { operations, blocked } = counterexample;
    this.#rows = [...new Set(operations.map(({ process }) => process))];
    this.#from = Math.min(...operations.map(({ from }) => from));
    const end = operations.find(({ id }) => id === blocked)?.until ?? 0;
    this.#until = Math.max(end, ...operations.map(({ from, until }) => until ?? from));
    this.#selected = blocked;
    this.#step = this.#steps.length - 1;
  }

  get #steps(): Order['steps'] {
    return this.#counterexample.orders[this.#order]?.steps ?? [];
  }

  show(): void {
    at('earlier').addEventListener('click', () => this.#go(this.#step - 1));
    at('later').addEventListener('click', () => this.#go(this.#step + 1));
    at('zoom-in').addEventListener('click', () => this.#zoomTo(this.#zoom * 1.5));
    at('zoom-out').addEventListener('click', () => this.#zoomTo(this.#zoom / 1.5));
    at('scale').addEventListener('click', () => {
      this.#isByTime = !this.#isByTime;
      at('scale').textContent = this.#isByTime ? 'by order' : 'by time';
      this.#draw();
    });
    at('orders').addEventListener('change', (event) => {
      this.#order = Number((event.target as HTMLSelectElement).value);
      this.#go(this.#steps.length - 1);
    });
    at('timeline').addEventListener('keydown', (event) => {
      const { key } = event;
      if (key === 'ArrowLeft') this.#go(this.#step - 1);
      else if (key === 'ArrowRight') this.#go(this.#step + 1);
      else if (key === '+') this.#zoomTo(this.#zoom * 1.5);
      else if (key === '-') this.#zoomTo(this.#zoom / 1.5);
      else return;
      event.preventDefault();
    });
    at('timeline').addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.#zoomTo(this.#zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2));
      },
      { passive: false },
    );
    addEventListener('resize', () => this.#draw());
    this.#draw();
  }

  #go(step: number): void {
    this.#step = Math.max(0, Math.min(this.#steps.length - 1, step));
    this.#draw();
  }

  #zoomTo(zoom: number): void {
    this.#zoom = Math.max(1, Math.min(40, zoom));
    this.#draw();
  }

  /** From a moment to where it is drawn. */
  #scale(width: number): (ms: number) => number {
    if (this.#isByTime) {
      const length = Math.max(1e-6, this.#until - this.#from);
      return (ms) => ((Math.min(ms, this.#until) - this.#from) / length) * width;
    }
    const moments = this.#counterexample.operations.flatMap(({ from, until }) =>
      until === null ? [from] : [from, until],
    );
    const sorted = [...new Set(moments)].sort((a, b) => a - b);
    return (ms) => {
      const after = sorted.findIndex((moment) => moment >= ms);
      return (
        ((after === -1 ? sorted.length : after + (sorted[after] === ms ? 0.5 : 0)) / sorted.length) * width
      );
    };
  }

  #draw(): void {
    const frame = at('timeline');
    const label = 96;
    const width = Math.max(320, (frame.clientWidth - 4) * this.#zoom);
    const row = 34;
    const height = this.#rows.length * row + 34;
    const scale = this.#scale(width - label - 24);
    const x = (ms: number): number => label + scale(ms);
    const picture = svg('svg', {
      width,
      height,
      role: 'img',
      'aria-label': 'operations of the counterexample',
    });
    for (const fault of data.faults) {
      if (fault.until < this.#from || fault.from > this.#until) continue;
      const from = Math.max(label, x(Math.max(fault.from, this.#from)));
      const shade = svg('rect', {
        class: 'fault',
        x: from,
        y: 0,
        width: Math.max(2, x(fault.until) - from),
        height,
      });
      shade.append(
        svg('title', {}, `${fault.name} ${fault.about}, ${seconds(fault.from)} to ${seconds(fault.until)}`),
      );
      picture.append(shade);
    }
    for (const [index, process] of this.#rows.entries()) {
      const y = index * row;
      picture.append(svg('text', { class: 'label', x: 4, y: y + 22 }, short(`process ${process}`, 13)));
      picture.append(svg('line', { class: 'grid', x1: label, x2: width, y1: y + row, y2: y + row }));
    }
    const placed = this.#steps.slice(1, this.#step + 1).map(({ operation }) => operation!);
    for (const operation of this.#counterexample.operations) {
      picture.append(this.#bar(operation, this.#rows.indexOf(operation.process) * row, x, width, placed));
    }
    const base = this.#rows.length * row + 20;
    picture.append(svg('text', { class: 'label', x: label, y: base }, seconds(this.#from)));
    picture.append(
      svg('text', { class: 'label', x: width - 8, y: base, 'text-anchor': 'end' }, seconds(this.#until)),
    );
    frame.replaceChildren(picture);
    this.#explain(placed);
  }

  #bar(
    operation: Operation,
    y: number,
    x: (ms: number) => number,
    width: number,
    placed: readonly number[],
  ): SVGElement {
    const { id, from, until, text, node } = operation;
    const isBlocked = id === this.#counterexample.blocked;
    const left = x(from);
    const right = until === null ? width - 4 : Math.max(left + 6, x(until));
    const place = placed.indexOf(id);
    const kind = isBlocked ? 'blocked' : place >= 0 ? 'placed' : 'waiting';
    const group = svg('g', {
      class: `bar ${kind}${id === this.#selected ? ' selected' : ''}`,
      tabindex: 0,
      role: 'button',
    });
    const ends = until === null ? 'never answered' : `to ${seconds(until)}`;
    group.append(
      svg('title', {}, `op ${id}, ${text}, ${seconds(from)} ${ends}${node === null ? '' : `, ${node}`}`),
    );
    group.append(
      svg('rect', {
        x: left,
        y: y + 8,
        width: right - left,
        height: 20,
        rx: 3,
        ...(until === null && { 'stroke-dasharray': '4 3' }),
      }),
    );
    const mark = isBlocked ? '✗ ' : place >= 0 ? `${place + 1}. ` : '';
    group.append(
      svg(
        'text',
        { x: left + 5, y: y + 22 },
        `${mark}${short(text, Math.max(4, Math.floor((right - left) / 7)))}`,
      ),
    );
    const select = (): void => {
      this.#selected = id;
      logs(operation);
      this.#draw();
    };
    group.addEventListener('click', select);
    group.addEventListener('keydown', (event) => {
      if ((event as KeyboardEvent).key === 'Enter') select();
    });
    return group;
  }

  #explain(placed: readonly number[]): void {
    const step = this.#steps[this.#step];
    const { operations } = this.#counterexample;
    const textOf = (id: number): string => `op ${id}: ${operations.find((one) => one.id === id)?.text ?? ''}`;
    at('place').textContent = `${placed.length} of ${operations.length} in order`;
    (at('earlier') as HTMLButtonElement).disabled = this.#step === 0;
    (at('later') as HTMLButtonElement).disabled = this.#step >= this.#steps.length - 1;
    if (step === undefined) return;
    const last = step.operation === undefined ? 'Before any of them' : `After ${textOf(step.operation)}`;
    at('state').replaceChildren(`${last}, it is `, element('code', {}, step.state));
    at('remaining').replaceChildren(
      ...step.remaining.map(({ operation, why, possible }) =>
        element(
          'li',
          { class: possible ? 'possible' : 'impossible' },
          element('code', {}, textOf(operation)),
          ` ${why}`,
        ),
      ),
    );
  }
}

/** Operations and latencies over time, with the faults behind them. */
function plots(): void {
  const { width: bucket, buckets } = data.series;
  if (buckets.length === 0) return;
  const perSecond = 1000 / bucket;
  const end = buckets.length * bucket;
  draw('rate', 'operations/s', [
    { name: 'ok', values: buckets.map(({ ok }) => ok * perSecond) },
    { name: 'fail', values: buckets.map(({ fail }) => fail * perSecond) },
    { name: 'info', values: buckets.map(({ info }) => info * perSecond) },
  ]);
  draw('latency', 'ms', [
    { name: 'p50', values: buckets.map(({ p50 }) => p50) },
    { name: 'p99', values: buckets.map(({ p99 }) => p99) },
  ]);

  function draw(
    id: string,
    unit: string,
    lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[],
  ): void {
    const [width, height, left, base] = [900, 174, 60, 150];
    const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
    const x = (ms: number): number => left + (Math.min(ms, end) / end) * (width - left - 8);
    const y = (value: number): number => base - (value / most) * (base - 12);
    const picture = svg('svg', {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${id} over time`,
    });
    for (const fault of data.faults) {
      const shade = svg('rect', {
        class: 'fault',
        x: x(fault.from),
        y: 0,
        width: Math.max(1, x(fault.until) - x(fault.from)),
        height: base,
      });
      shade.append(svg('title', {}, `${fault.name} ${fault.about}`));
      picture.append(shade);
    }
    for (const value of [0, most / 2, most]) {
      picture.append(svg('line', { class: 'grid', x1: left, x2: width - 8, y1: y(value), y2: y(value) }));
      picture.append(
        svg(
          'text',
          { class: 'label', x: left - 6, y: y(value) + 4, 'text-anchor': 'end' },
          Number(value.toPrecision(2)).toLocaleString('en'),
        ),
      );
    }
    for (const [index, { name, values }] of lines.entries()) {
      const path = values.map((value, place) => {
        if (value === null) return '';
        const isNew = place === 0 || values[place - 1] == null;
        return `${isNew ? 'M' : 'L'}${x((place + 0.5) * bucket).toFixed(1)},${y(value).toFixed(1)}`;
      });
      picture.append(svg('path', { class: `line ${name}`, d: path.join('') }));
      picture.append(svg('text', { class: `key ${name}`, x: left + 120 + index * 60, y: base + 16 }, name));
    }
    picture.append(
      svg('text', { class: 'label', x: width - 8, y: base + 16, 'text-anchor': 'end' }, seconds(end)),
    );
    picture.append(svg('text', { class: 'label', x: left, y: base + 16 }, `0 s · ${unit}`));
    at(id).replaceChildren(picture);
  }
}

/** What the operation's node logged while it went on, or everyone around the counterexample. */
function logs(operation: Operation | undefined): void {
  const margin = 50;
  const nodes = Object.entries(data.logs).filter(
    ([node]) => operation?.node == null || node === operation.node,
  );
  const [from, until] =
    operation === undefined
      ? [-Infinity, Infinity]
      : [operation.from - margin, (operation.until ?? Infinity) + margin];
  const title = operation === undefined ? 'around the counterexample' : `while op ${operation.id} went on`;
  at('logs').replaceChildren(
    ...nodes.map(([node, lines]) => {
      const shown = lines.filter(({ time }) => time >= from && time <= until);
      const text = shown.map((line) => `${seconds(line.time).padStart(10)}  ${line.text}`).join('\n');
      return element(
        'details',
        operation === undefined ? {} : { open: '' },
        element('summary', {}, `${node} ${title}: ${shown.length} lines`),
        element('pre', {}, text),
      );
    }),
  );
}

if (data.counterexample !== null) new Timeline(data.counterexample).show();
plots();
logs(undefined);
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  button.addEventListener('click', () => {
    void navigator.clipboard
      ?.writeText(button.dataset['copy'] ?? '')
      .then(() => (button.textContent = 'copied'));
  });
}
