import type { KeySpec } from '../sandbox/iam.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AccountSize } from './bound.ts';

/** What the account is filled with, beside its size. */
export interface AccountMix extends AccountSize {
  /** Users who pass but keep an inactive second key: the credential report alone cannot clear them. */
  readonly withInactiveKey?: number;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Fills an account: the failing users evenly spread over the alphabet, the others with one key or none, as in accounts
 * where people sign in to the console and workloads use keys.
 */
export function fillAccount({ iam, clock }: Sandbox, { users, failing, withInactiveKey = 0 }: AccountMix): void {
  const daysAgo = (days: number) => new Date(clock().getTime() - days * DAY);
  const used = (days: number) => ({ date: daysAgo(days), service: 's3', region: 'eu-central-1' });
  const older: KeySpec = { createDate: daysAgo(400), lastUsed: used(90) };
  const newer: KeySpec = { createDate: daysAgo(100), lastUsed: used(1) };
  for (let i = 0; i < users; i++) {
    const isFailing = isChosen(i, failing, users);
    const isHalf = !isFailing && isChosen(i + 1, withInactiveKey, users);
    const keys = i % 4 === 3 ? [] : [newer];
    iam.createUser({
      userName: `workload-${String(i).padStart(5, '0')}`,
      path: `/team-${i % 7}/`,
      createDate: daysAgo(500),
      tags: { owner: `team-${i % 7}@example.com`, environment: 'production' },
      keys: isFailing ? [older, newer] : isHalf ? [{ ...older, status: 'Inactive' }, newer] : keys,
    });
  }
}

/** Whether the i-th of `all` belongs to `some` of them, chosen at even distances. */
function isChosen(i: number, some: number, all: number): boolean {
  return Math.floor(((i + 1) * some) / all) > Math.floor((i * some) / all);
}
