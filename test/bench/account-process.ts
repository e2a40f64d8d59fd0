/* An account in a process of its own, so that its CPU time and memory are nobody else's. `hosted-account.ts` starts it. */

import { startSandbox } from '../sandbox/sandbox.ts';
import { type AccountMix, fillAccount } from './account.ts';
import type { AccountView } from './journal.ts';
import type { Profile } from './profiles.ts';
import { viewOf } from './view.ts';

/** What the account is to be: one JSON argument. */
export interface AccountOrder {
  readonly mix: AccountMix;
  readonly profile: Profile;
}

/** What the process tells: first how to reach the account, then, each time it is asked, what the account saw. */
export type AccountReport =
  | {
      readonly kind: 'open';
      readonly env: Readonly<Record<string, string>>;
      readonly functionArn: string;
      readonly topicArn: string;
    }
  | { readonly kind: 'view'; readonly view: AccountView };

/** As much as AWS itself puts on a page. */
const PAGE_SIZE = 1000;

const { mix, profile }: AccountOrder = JSON.parse(process.argv[2] ?? '');
const sandbox = await startSandbox({ pageSize: PAGE_SIZE, latencyMs: profile.latencyMs, rates: profile.rates });
fillAccount(sandbox, mix);
process.on('message', () => tell({ kind: 'view', view: viewOf(sandbox) }));
process.on('disconnect', () => process.exit());
const { env, functionArn, sns } = sandbox;
tell({ kind: 'open', env, functionArn, topicArn: sns.topicArn });

function tell(report: AccountReport): void {
  process.send?.(report);
}
