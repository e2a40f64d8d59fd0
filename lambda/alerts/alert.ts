import { count } from '../advice/plain.ts';
import type { Narrowing } from '../check/narrow.ts';
import type { Action, NewsOfFailure } from '../check/reconcile.ts';
import type { Config } from '../config.ts';

/** Everything that one message tells, before it is put into words. */
export interface Alert {
  readonly config: Config;
  readonly at: Date;
  readonly items: readonly Item[];
  /** All users that fail now, whether or not they are among the items. */
  readonly failing: number;
  readonly listed: number;
  /** Set when some users were not read but count as PASSED by a credential report. */
  readonly narrowed: Narrowing | undefined;
  readonly unreadable: readonly { readonly userName: string; readonly reason: string }[];
  /** Why our findings could not be read, if so: then nothing is recorded, and no suppression is known. */
  readonly unrecorded: string | undefined;
}

/** An action that has something to tell. */
export type Item = Action & { readonly news: NewsOfFailure | 'resolved' };

/** The word that each kind of news starts with, in the order in which they are told. */
export const LABELS: Readonly<Record<Item['news'], string>> = {
  new: 'NEW',
  'failing-again': 'FAILING AGAIN',
  'keys-changed': 'KEYS CHANGED',
  failing: 'FAILING',
  'still-open': 'STILL OPEN',
  resolved: 'RESOLVED',
};

/** Those actions that have something to tell, most urgent first, then by name. */
export function newsIn(actions: readonly Action[]): readonly Item[] {
  const order = Object.keys(LABELS);
  return actions
    .filter((action): action is Item => action.news !== undefined)
    .toSorted((a, b) => order.indexOf(a.news) - order.indexOf(b.news) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The name of the user that an action is about. */
export function nameOf(action: Action): string {
  return action.record === 'FAILED' ? action.failing.user.userName : action.userName;
}

/** How many items are new, still open and resolved. Failing again and changed keys count as new; just failing counts as none. */
export function tally(items: readonly Item[]): {
  readonly new: number;
  readonly stillOpen: number;
  readonly resolved: number;
} {
  const stillOpen = items.filter(({ news }) => news === 'still-open').length;
  const resolved = items.filter(({ news }) => news === 'resolved').length;
  const failing = items.filter(({ news }) => news === 'failing').length;
  return { new: items.length - stillOpen - resolved - failing, stillOpen, resolved };
}

/** `2 new, 1 resolved`; only counts, so that it can stand where names may not. */
export function headline({ items, unrecorded }: Alert): string {
  if (unrecorded !== undefined) return `nothing recorded, ${count(items.length, 'user')} failing`;
  const { new: fresh, stillOpen, resolved } = tally(items);
  const counts = [
    [fresh, 'new'],
    [stillOpen, 'still open'],
    [resolved, 'resolved'],
  ] as const;
  return counts.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : [])).join(', ');
}

/** What was looked at: never leaves open whether silence about a user means that all is well with it. */
export function coverage({ failing, items, listed, narrowed, unreadable, at }: Alert): string {
  const silent = failing - items.filter(({ record }) => record === 'FAILED').length;
  const which = silent === failing ? 'none of them' : `${silent} of them not`;
  const others = silent > 0 ? `, ${which} listed here (told before, suppressed or in a rotation)` : '';
  const read = listed - unreadable.length - (narrowed?.users ?? 0);
  const were = `${read} of ${count(listed, 'user')} ${listed === 1 ? 'was' : 'were'} read`;
  const minutes = narrowed ? Math.max(0, Math.round((at.getTime() - narrowed.asOf.getTime()) / 60_000)) : 0;
  const rest = narrowed
    ? `, ${narrowed.users} passed by a credential report made ${count(minutes, 'minute')} before`
    : '';
  return `${count(failing, 'user')} ${failing === 1 ? 'fails' : 'fail'} now${others}; ${were}${rest}.`;
}

/** What it means for the reader that our findings could not be read. */
export const UNRECORDED =
  'So this lists every user that fails, also those you have suppressed, because suppressions could not be read. It will be sent again at every run until Security Hub can be read.';

/** What the reader may expect from here on, and how to silence a user. */
export function whatHappensNext({ items, config: { reminderDays } }: Alert): string {
  if (items.every(({ record }) => record === 'PASSED')) {
    return 'the check runs again on its schedule, and tells you if one of these users fails again.';
  }
  const reminder = reminderDays > 0 ? `again every ${count(reminderDays, 'day')} while a finding stays open, ` : '';
  return `the check runs again on its schedule. You are told when a user's active keys change, ${reminder}and once when it is resolved. To silence one user, set its finding in Security Hub to SUPPRESSED; NOTIFIED stops only the reminders.`;
}
