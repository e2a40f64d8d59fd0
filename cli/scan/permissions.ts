import { count, plain } from '../../lambda/advice/plain.ts';
import type { ScanSettings } from './options.ts';

/** An action that IAM refused. `elsewhere` tells that the same action was allowed in other calls. */
export interface Denial {
  readonly action: string;
  readonly times: number;
  /** What IAM said, of the first call. */
  readonly message: string;
  readonly elsewhere: boolean;
}

/** The policy that allows all that a scan reads, and nothing else; in every account of the partition. */
export function readPolicy(partition: string, sweep: ScanSettings['sweep'] = 'auto'): object {
  const allow = (Sid: string, Action: readonly string[], Resource: string) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('ListUsers', ['iam:ListUsers'], '*'),
      ...(sweep === 'live'
        ? []
        : [allow('NarrowLargeAccounts', ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'], '*')]),
      allow(
        'ReadUsers',
        ['iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys', 'iam:ListUserTags'],
        `arn:${partition}:iam::*:user/*`,
      ),
    ],
  };
}

/** The partition of a Region by its name. */
export function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** What was refused and what that takes to mend: lines for whoever ran the scan. Empty if nothing was refused. */
export function deniedText(denied: readonly Denial[], partition: string): string {
  if (denied.length === 0) return '';
  const lines = denied.map(
    ({ action, times, message }) =>
      `missing permission: ${action}, refused ${count(times, 'time')}. IAM says: ${plain(message, 400)}`,
  );
  return `${lines.join('\n')}\n${remedy(denied, partition)}\n`;
}

function remedy(denied: readonly Denial[], partition: string): string {
  if (denied.some(({ message }) => /explicit deny|permissions boundary|service control policy/i.test(message))) {
    return 'A policy refuses this explicitly or bounds what can be allowed, so allowing it once more does not help: ask whoever keeps that policy.';
  }
  if (denied.every(({ elsewhere }) => elsewhere)) {
    return 'The same was allowed in other calls: a condition, a resource or a boundary in your policies excludes the rest. `npm run scan -- --print-policy` prints all that is needed.';
  }
  return `Attach this policy to the user or role that runs the scan (or the managed policy SecurityAudit, which allows more):\n${JSON.stringify(readPolicy(partition), undefined, 2)}`;
}
