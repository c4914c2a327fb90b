/** Figures as lines of text: the table, and what falls short of its goals. */
import { median, timeOf, type Figure, type Figures, type Measured } from './measure.ts';

const COLUMNS = [74, 10, 10, 10, 18, 14, 10, 10] as const;

export const TITLE = columns(
  'case',
  'warm',
  'cold',
  'memory',
  'counterexample',
  'Porcupine',
  'memory',
  'ratio',
);

export function lineOf(measured: Measured): string {
  const { name, ours, porcupine, times, decided, wrong } = measured;
  const line = columns(
    name,
    decided ? `${decided.count} of ${decided.of}` : (seconds(ours.warm) ?? (ours.cold ? '' : endOf(ours))),
    seconds(ours.cold) ?? '',
    memory(ours),
    noteOf(ours),
    porcupine ? (seconds(porcupine.warm) ?? seconds(porcupine.cold) ?? endOf(porcupine)) : '',
    porcupine ? memory(porcupine) : '',
    times ? `${times.atLeast ? '> ' : ''}${ratioText(times.value)}` : '',
  );
  const missed = distances(measured).filter(({ distance }) => distance > 1);
  const notes = missed.map(({ what, distance }) => `${what} ${distanceText(distance)}`);
  return [line, ...(wrong === undefined ? [] : [`WRONG: ${wrong}`]), notes.join(', ')].join(' ').trimEnd();
}

/** The cases that miss a goal, the farthest first. */
export function byDistance(all: readonly Measured[]): readonly string[] {
  const missed = all
    .flatMap((measured) => distances(measured).map((distance) => ({ name: measured.name, ...distance })))
    .filter(({ distance }) => distance > 1)
    .sort((a, b) => b.distance - a.distance);
  const withGoals = all.filter(
    ({ goals, ours }) => Object.keys(goals).length > 0 && ours.end.kind !== 'unavailable',
  ).length;
  const names = new Set(missed.map(({ name }) => name));
  return [
    '',
    `${withGoals - names.size} of ${withGoals} cases with goals meet them; farthest from them:`,
    ...generalLine(all),
    ...missed.map(({ name, what, distance }) => `${distanceText(distance).padStart(13)}  ${what}: ${name}`),
  ];
}

/** The general search does the same work as Porcupine: over all, it should take less time. */
function generalLine(all: readonly Measured[]): readonly string[] {
  const ratios = all.flatMap(({ algorithm, times }) =>
    algorithm === 'general' && times && !times.atLeast ? [1 / times.value] : [],
  );
  if (ratios.length === 0) return [];
  return [`general search: ${ratioText(median(ratios))} Porcupine's time in the median of ${ratios.length}`];
}

interface Distance {
  readonly what: string;
  /** Above 1: so many times too much. Infinite where there is no figure. */
  readonly distance: number;
}

function distances({ goals, ours, times, decided }: Measured): readonly Distance[] {
  if (ours.end.kind === 'unavailable') return [];
  const figure = ours.warm ?? ours.cold;
  const all: (readonly [string, number | undefined, number | undefined])[] = [
    ['time', figure && timeOf(figure) / 1000, goals.seconds],
    ['memory', ours.cold && ours.cold.addedBytes / 1e6, goals.megabytes],
    ['time with counterexample', ours.explained && timeOf(ours.explained) / 1000, goals.explainedSeconds],
    ['counterexample', ours.counterexample, goals.counterexample],
  ];
  return [
    ...all.flatMap(([what, value = Infinity, goal]) =>
      goal === undefined ? [] : [{ what, distance: value / goal }],
    ),
    // A bound on Porcupine's time that is below the goal says nothing.
    ...(goals.timesPorcupine !== undefined && times && !(times.atLeast && times.value < goals.timesPorcupine)
      ? [{ what: 'against Porcupine', distance: goals.timesPorcupine / times.value }]
      : []),
    ...(goals.eventsPerSecond !== undefined
      ? [{ what: 'events/s', distance: goals.eventsPerSecond / (eventsPerSecond(ours) ?? 0) }]
      : []),
    ...(goals.decided !== undefined && decided
      ? [{ what: 'decided', distance: (goals.decided * decided.of) / decided.count }]
      : []),
  ];
}

function columns(...cells: string[]): string {
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[i]!) : cell.padStart(COLUMNS[i]!)))
    .join(' ')
    .trimEnd();
}

/** With its counterexample; or what an online check gets through, and holds at the end. */
function noteOf({ explained, counterexample, heldBytes, ...rest }: Figures): string {
  if (explained) return `${timeText(timeOf(explained))}, ${counterexample ?? 'no'} ops`;
  const rate = eventsPerSecond(rest);
  if (heldBytes === undefined || rate === undefined) return '';
  return `${Math.round(rate / 1000)}k/s, ${(heldBytes / 1e6).toFixed(1)} MB`;
}

/** Calls and returns. */
function eventsPerSecond({ warm, cold, operations }: Figures): number | undefined {
  const figure = warm ?? cold;
  return figure && operations !== undefined ? (2 * operations * 1000) / timeOf(figure) : undefined;
}

function seconds(figure: Figure | undefined): string | undefined {
  return figure && timeText(timeOf(figure));
}

function timeText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Added by the check; where it came to no end, the whole process. */
function memory({ cold, end, peakBytes }: Figures): string {
  if (cold) return `${Math.round(cold.addedBytes / 1e6)} MB`;
  return end.kind === 'timeout' || end.kind === 'undecided'
    ? `> ${Math.round((peakBytes ?? 0) / 1e6)} MB`
    : '';
}

function ratioText(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} ×`;
}

function distanceText(distance: number): string {
  return distance === Infinity ? 'not reached' : `${ratioText(distance)} off`;
}

function endOf({ end }: Figures): string {
  switch (end.kind) {
    case 'finished':
      return '';
    case 'timeout':
      return `none in ${end.seconds} s`;
    case 'memory':
      return `over ${end.bytes / 1e9} GB`;
    case 'undecided':
      return end.reason;
    case 'unavailable':
      return `needs ${end.needs}`;
    case 'failed':
      return 'failed';
  }
}
