import type { Published } from '../sandbox/sns.ts';

/** One user in one message that the topic accepted. */
export interface Told {
  readonly userId: string;
  readonly userName: string;
  /** new, failing-again, keys-changed, failing, still-open or resolved. */
  readonly news: string;
  readonly cause: string | undefined;
  readonly keyIds: readonly string[];
  readonly commands: readonly string[];
  readonly at: Date;
}

interface MachineAlert {
  readonly news: string;
  readonly findingId: string;
  readonly user: { readonly userName: string };
  readonly cause?: string;
  readonly keys?: readonly { readonly id: string }[];
  readonly commands?: readonly string[];
}

/** What a subscriber learns from messages, one entry for each user in each message. */
export function toldIn(published: readonly Published[]): readonly Told[] {
  return published.flatMap(({ byProtocol, at }) => {
    const { alerts, omitted }: { alerts: readonly MachineAlert[]; omitted: number } = JSON.parse(byProtocol.sqs ?? '');
    if (omitted > 0) throw new Error(`${omitted} users were left out of a message that is meant to hold them all`);
    return alerts.map(({ news, findingId, user, cause, keys = [], commands = [] }) => {
      const userId = findingId.split('/').at(-1) ?? '';
      return { userId, userName: user.userName, news, cause, keyIds: keys.map(({ id }) => id), commands, at };
    });
  });
}

/** What kind of news it is to a reader: new, changed and failing again are one. */
export function categoryOf({ news }: Pick<Told, 'news'>): 'new' | 'still-open' | 'resolved' {
  return news === 'still-open' || news === 'resolved' ? news : 'new';
}
