import type { Pool, Report, Task } from './pool.ts';
import { Progress } from './progress.ts';

/** The accounts that faults are tried on. */
const ACCOUNTS = ['everyone', 'crowd', 'few'] as const;

/** The figures of a sweep. */
export interface SweepReport {
  readonly calls: number;
  readonly kinds: number;
  readonly tried: number;
  readonly skipped: number;
  readonly runs: number;
  /** Case and what was wrong. */
  readonly violations: readonly { readonly id: string; readonly what: readonly string[] }[];
  readonly seconds: number;
}

export interface SweepOptions {
  /** Which of all cases to try. Default: every one. */
  readonly choose?: (ids: readonly string[]) => readonly string[];
  /** Default: all of them. */
  readonly accounts?: readonly string[];
  /** By `performance.now`. */
  readonly deadline: number;
  readonly isSilent?: boolean;
}

/** Tries every fault on every call of all accounts, or on those that are chosen. */
export async function sweep(pool: Pool, options: SweepOptions): Promise<SweepReport> {
  const { choose = (ids) => ids, accounts = ACCOUNTS, deadline, isSilent = false } = options;
  const listed: Report[] = [];
  const violations: { id: string; what: readonly string[] }[] = [];
  const lists = accounts.map((account) => ({ kind: 'list', account }) as const);
  await pool.run(
    lists,
    ({ account }, report) => {
      listed.push(report);
      if (report.violations.length > 0) violations.push({ id: account, what: report.violations });
    },
    deadline,
  );
  // The accounts are told of in any order.
  const all = listed.flatMap(({ cases = [] }) => cases).toSorted();
  const chosen = choose(all);
  const progress = new Progress('fault sweep', chosen.length, { isSilent });
  let [tried, runs] = [0, 0];
  await pool.run(
    chosen.map((id) => ({ kind: 'case', id }) as const),
    ({ id }, report) => {
      tried += 1;
      runs += report.runs;
      if (report.violations.length > 0) {
        violations.push({ id, what: report.violations });
        progress.tell(`violation: ${id}`);
      }
      progress.step(violations.length);
    },
    deadline,
  );
  progress.pause();
  const calls = listed.reduce((sum, report) => sum + (report.calls ?? 0), 0);
  const kinds = new Set(chosen.map(kindOf)).size;
  const skipped = chosen.length - tried;
  return { calls, kinds, tried, skipped, runs, violations, seconds: progress.seconds };
}

/**
 * A few cases that together try every kind of fault on every operation, each time on another call of it, and a regular
 * sample of the rest.
 */
export function sampleOf(ids: readonly string[], { stride }: { stride: number }): readonly string[] {
  const pairs = new Map<string, readonly string[]>();
  for (const id of ids) {
    const pair = `${operationOf(id)}/${kindOf(id)}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), id]);
  }
  const covering = [...pairs.values()].flatMap((cases, i) => {
    // On the smallest account where there is the pair: its runs are the shortest.
    const smallest = cases.filter((id) => sizeOf(id) === Math.min(...cases.map(sizeOf)));
    return smallest.slice(i % smallest.length).slice(0, 1);
  });
  return [...new Set([...covering, ...ids.filter((_, i) => i % stride === 0)])];
}

function sizeOf(id: string): number {
  return ['few', 'crowd', 'everyone'].indexOf(id.split('/')[0] ?? '');
}

/** One case, with what happened in each of its runs. */
export async function replayCase(pool: Pool, id: string): Promise<Report | undefined> {
  let replayed: Report | undefined;
  const tasks: readonly Task[] = [{ kind: 'case', id, verbose: true }];
  await pool.run(
    tasks,
    (_, report) => {
      replayed = report;
    },
    Number.POSITIVE_INFINITY,
  );
  return replayed;
}

function operationOf(id: string): string {
  return /^[^/]*\/(\w+)/.exec(id)?.[1] ?? '';
}

function kindOf(id: string): string {
  return id.split('/').slice(2).join('/');
}
