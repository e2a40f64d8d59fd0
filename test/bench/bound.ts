import type { RateName } from '../sandbox/rates.ts';
import type { Profile } from './profiles.ts';

/** An account by its size: how many users, and how many of them have two active keys. */
export interface AccountSize {
  readonly users: number;
  readonly failing: number;
}

/** The fewest calls an exact answer takes, by what is rated together. */
export type CallsNeeded = Readonly<Record<RateName, number>>;

/** Above this number of users the function narrows by the credential report who is read live, unless told not to. */
export const VERY_LARGE = 1000;

/** Operations per user who fails, beside listing the keys: its tags, and the last use of two keys. */
const MORE_PER_FAILING_USER = 3;
const USERS_PER_PAGE = 1000;
const FINDINGS_PER_BATCH = 100;
/** Ask for the report, ask again, get it. */
const REPORT_CALLS = 3;

/**
 * Every user's keys once, in the largest pages there are. `readLive` says how many users have to be read live: all, or
 * in a narrowed sweep only those whom the credential report cannot clear.
 */
export function callsNeeded({ users, failing }: AccountSize, readLive = users): CallsNeeded {
  return {
    iam:
      Math.ceil(users / USERS_PER_PAGE) +
      readLive +
      failing * MORE_PER_FAILING_USER +
      (readLive < users ? REPORT_CALLS : 0),
    GetFindings: 1,
    BatchImportFindings: Math.ceil(failing / FINDINGS_PER_BATCH),
  };
}

/**
 * The seconds below which nobody can be who makes these calls: what each rate allows beyond its burst, or, where that
 * asks for nothing, the latency of all calls spread evenly over those under way at once.
 */
export function boundSeconds(calls: CallsNeeded, { latencyMs, rates }: Profile, concurrency: number): number {
  const { iam, GetFindings, BatchImportFindings } = calls;
  const latency = (iam * latencyMs.iam + (GetFindings + BatchImportFindings) * latencyMs.securityhub) / 1000;
  const names = ['iam', 'GetFindings', 'BatchImportFindings'] as const;
  const rated = names.map((name) => {
    const rate = rates[name];
    return rate ? (calls[name] - rate.burst) / rate.perSecond : 0;
  });
  return Math.max(latency / concurrency, ...rated);
}
