import type { Measurement } from './measure.ts';
import type { Column } from './table.ts';

/** What is shown of all runs of one contestant in one account: medians, and the worst of what must not happen. */
export interface Result extends Omit<Measurement, 'view'> {
  /** How many times as long the plain way took; undefined where it was not run. */
  readonly speedUp: number | undefined;
}

/** One result for each contestant and account, in the order in which they were run. */
export function resultsOf(measurements: readonly Measurement[]): readonly Result[] {
  const groups = new Map<string, Measurement[]>();
  for (const each of measurements) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  const results = [...groups.values()].flatMap((runs) => resultOf(runs));
  return results.map((result) => {
    const plain = results.find((other) => other.contestant === 'plain' && accountOf(other) === accountOf(result));
    return { ...result, speedUp: plain && plain !== result ? plain.seconds / result.seconds : undefined };
  });
}

/** The columns of the comparison. `lost` and `wrong` must be 0. */
export const COLUMNS: readonly Column<Result>[] = [
  { heading: 'users', cell: ({ mix }) => whole(mix.users) },
  { heading: 'failing', cell: ({ mix }) => whole(mix.failing) },
  {
    heading: 'who',
    cell: ({ contestant, error }) => (error ? `${contestant} (run failed)` : contestant),
    isText: true,
  },
  { heading: 'calls', cell: ({ calls }) => whole(calls) },
  { heading: 'throttled', cell: ({ throttled }) => whole(throttled) },
  {
    heading: 'lost',
    cell: ({ lost, unreadable }) => (lost === unreadable ? whole(lost) : `${lost} (says ${unreadable ?? 'nothing'})`),
  },
  { heading: 'wrong', cell: ({ wrong }) => whole(wrong) },
  { heading: 'seconds', cell: ({ seconds }) => seconds.toFixed(seconds < 10 ? 2 : 1) },
  { heading: '× bound', cell: ({ seconds, boundSeconds }) => (seconds / boundSeconds).toFixed(2) },
  { heading: 'of plain', cell: ({ speedUp }) => (speedUp ? (1 / speedUp).toFixed(3) : '') },
  { heading: 'CPU s', cell: ({ cpuSeconds }) => cpuSeconds.toFixed(1) },
  { heading: 'peak MB', cell: ({ peakMegabytes }) => peakMegabytes.toFixed(0) },
];

/** The middle one of some numbers, or the lower of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;
}

function resultOf(runs: readonly Measurement[]): readonly Omit<Result, 'speedUp'>[] {
  const [first] = runs;
  if (!first) return [];
  const { view: _, ...figures } = first;
  const middle = (figure: (run: Measurement) => number) => median(runs.map(figure));
  const worst = (figure: (run: Measurement) => number) => Math.max(...runs.map(figure));
  return [
    {
      ...figures,
      calls: middle(({ calls }) => calls),
      throttled: middle(({ throttled }) => throttled),
      lost: worst(({ lost }) => lost),
      wrong: worst(({ wrong }) => wrong),
      unreadable: runs.some(({ unreadable }) => unreadable === undefined)
        ? undefined
        : worst(({ unreadable = 0 }) => unreadable),
      error: runs.find(({ error }) => error)?.error,
      seconds: middle(({ seconds }) => seconds),
      cpuSeconds: middle(({ cpuSeconds }) => cpuSeconds),
      peakMegabytes: worst(({ peakMegabytes }) => peakMegabytes),
    },
  ];
}

function keyOf(result: Pick<Result, 'mix' | 'profile' | 'contestant'>): string {
  return `${accountOf(result)} ${result.contestant}`;
}

function accountOf({ mix, profile }: Pick<Result, 'mix' | 'profile'>): string {
  return JSON.stringify([profile, mix]);
}

function whole(number: number): string {
  return number.toLocaleString('en');
}
