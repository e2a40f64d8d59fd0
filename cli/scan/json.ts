import { type Advice, advise, descriptionOf, verdict } from '../../lambda/advice/advise.ts';
import { userLink } from '../../lambda/advice/console.ts';
import type { IamUser, Tag, UsedKey } from '../../lambda/check/access-key.ts';
import type { Cause } from '../../lambda/check/diagnose.ts';
import { type FailingUser, findingId } from '../../lambda/check/reconcile.ts';
import { jsonText } from '../json-text.ts';
import type { Gap, Scan } from './account.ts';
import type { ScanSettings } from './options.ts';

/**
 * What `--format json` writes. Within version 1, fields may be added but none goes or changes its meaning; what is not
 * known is null. Times are ISO 8601 in UTC. Names, paths, tags and descriptions are untrusted text.
 */
export interface ScanJson {
  readonly version: '1.0';
  readonly check: 'AWS-IAM-009';
  readonly account: string | null;
  readonly partition: string;
  readonly region: string | null;
  readonly checkedAt: Date;
  readonly settings: ScanSettings;
  /** Whether every user was looked at. If not, see `unreadable`: nothing is known about those. */
  readonly complete: boolean;
  readonly users: {
    readonly listed: number;
    readonly read: number;
    /** Not read, but passed by the credential report of `reportOf`. */
    readonly passedByReport: number;
    readonly failing: number;
    readonly unreadable: number;
  };
  readonly reportOf: Date | null;
  readonly failing: readonly FailingJson[];
  readonly unreadable: readonly { readonly userId: string; readonly userName: string; readonly reason: string }[];
  /** What else could not be read, such as the last use of a key; the verdicts stand without it. */
  readonly gaps: readonly Gap[];
}

/** A failing user, its active keys oldest first. */
interface FailingJson extends Omit<Advice, 'purpose'> {
  readonly findingId: string | null;
  readonly user: IamUser & { readonly tags: readonly Tag[] | null; readonly console: string };
  readonly keys: readonly (UsedKey & { readonly description: string | null; readonly verdict: string })[];
  readonly cause: Cause;
  /** When a rotation within its grace has to be finished. */
  readonly finishBy: Date | null;
  /** What the commands are for; null if no key may be turned off. */
  readonly purpose: string | null;
}

/** The scan for programs. */
export function scanJson(scan: Scan): string {
  const { account = null, region = null, failing, unreadable, narrowed, listed, read } = scan;
  const json: ScanJson = {
    version: '1.0',
    check: 'AWS-IAM-009',
    account,
    partition: scan.partition,
    region,
    checkedAt: scan.at,
    settings: scan.settings,
    complete: unreadable.length === 0,
    users: {
      listed,
      read,
      passedByReport: narrowed?.users ?? 0,
      failing: failing.length,
      unreadable: unreadable.length,
    },
    reportOf: narrowed?.asOf ?? null,
    failing: failing.map((each) => failingJson(each, scan)),
    unreadable: unreadable.map(({ user: { userId, userName }, reason }) => ({ userId, userName, reason })),
    gaps: scan.gaps,
  };
  return jsonText(json);
}

function failingJson(failing: FailingUser, { account, partition }: Scan): FailingJson {
  const { user, keys, tags, diagnosis } = failing;
  const { purpose = null, ...advice } = advise(failing);
  return {
    findingId: account === undefined ? null : findingId(account, user.userId),
    user: { ...user, tags: tags ?? null, console: userLink(partition, user.userName) },
    keys: keys.map((key) => ({
      ...key,
      description: descriptionOf(key, tags) ?? null,
      verdict: verdict(key, diagnosis),
    })),
    cause: diagnosis.cause,
    finishBy: diagnosis.finishBy ?? null,
    ...advice,
    purpose,
  };
}
