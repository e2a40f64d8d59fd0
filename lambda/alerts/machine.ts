import { advise, descriptionOf, verdict } from '../advice/advise.ts';
import { userLink } from '../advice/console.ts';
import { findingId } from '../check/reconcile.ts';
import type { Alert, Item } from './alert.ts';

/** The alert as JSON for programs that subscribe by a queue or a function, with details of the first `shown` items. Times are ISO 8601. */
export function machine(alert: Alert, shown: number): string {
  const { config, at, items, failing, listed, narrowed, unreadable, unrecorded } = alert;
  return JSON.stringify({
    version: '1.0',
    check: 'AWS-IAM-009',
    account: config.account,
    region: config.region,
    checkedAt: at,
    users: {
      listed,
      read: listed - unreadable.length - (narrowed?.users ?? 0),
      failing,
      unreadable: unreadable.length,
    },
    /** Users that were not read but count as passed by a credential report of that time. */
    passedByReport: narrowed,
    unreadable: unreadable.slice(0, 50),
    recorded: unrecorded === undefined,
    whyNotRecorded: unrecorded,
    alerts: items.slice(0, shown).map((item) => toJson(item, config)),
    /** Alerts left out because a message has room for no more: their findings are in Security Hub. */
    omitted: items.length - shown,
  });
}

function toJson(item: Item, { account, partition }: Alert['config']): object {
  if (item.record === 'PASSED') {
    const { id, userId, userName } = item.stored;
    return { news: item.news, findingId: id, user: { userId, userName }, reason: item.reason };
  }
  const { user, keys, tags, diagnosis } = item.failing;
  return {
    news: item.news,
    findingId: findingId(account, user.userId),
    user: { ...user, tags, console: userLink(partition, user.userName) },
    keys: keys
      .slice(0, 10)
      .map((key) => ({ ...key, description: descriptionOf(key, tags), verdict: verdict(key, diagnosis) })),
    activeKeys: keys.length,
    cause: diagnosis.cause,
    finishBy: diagnosis.finishBy,
    ...advise(item.failing),
  };
}
