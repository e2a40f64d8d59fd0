import type { Pool, Report } from './pool.ts';
import { Progress } from './progress.ts';

/** The figures of a number of histories. */
export interface HistoriesReport {
  readonly tried: number;
  readonly skipped: number;
  /** How often the function was run. */
  readonly runs: number;
  /** Seed, what was wrong, and the days up to there in the smallest history found. */
  readonly violations: readonly {
    readonly seed: number;
    readonly what: readonly string[];
    readonly story: readonly string[];
  }[];
  /** How often runs ended how, and what was told how often: histories in which nothing happens would prove nothing. */
  readonly tallies: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/** Plays one history for each seed. */
export async function playHistories(
  pool: Pool,
  seeds: readonly number[],
  deadline: number,
  { isSilent = false, asIs = false } = {},
): Promise<HistoriesReport> {
  const progress = new Progress('histories', seeds.length, { isSilent });
  const violations: HistoriesReport['violations'][number][] = [];
  const tallies = new Map<string, number>();
  let [tried, runs] = [0, 0];
  await pool.run(
    seeds.map((seed) => ({ kind: 'history', seed, asIs }) as const),
    ({ seed }, report) => {
      tried += 1;
      runs += report.runs;
      for (const [what, times] of Object.entries(report.tallies ?? {})) {
        tallies.set(what, (tallies.get(what) ?? 0) + times);
      }
      if (report.violations.length > 0) {
        violations.push({ seed, what: report.violations, story: report.story ?? [] });
        progress.tell(`violation: history of seed ${seed}`);
      }
      progress.step(violations.length);
    },
    deadline,
  );
  progress.pause();
  return { tried, skipped: seeds.length - tried, runs, violations, tallies, seconds: progress.seconds };
}

/** The seeds of so many histories. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** One history, day by day. */
export async function replayHistory(pool: Pool, seed: number): Promise<Report | undefined> {
  let replayed: Report | undefined;
  await pool.run(
    [{ kind: 'history', seed, verbose: true }],
    (_, report) => {
      replayed = report;
    },
    Number.POSITIVE_INFINITY,
  );
  return replayed;
}
