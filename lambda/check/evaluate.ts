import { type AccessKey, byAge, type IamUser, isTwoOrMore, type TwoOrMore } from './access-key.ts';

/** What looking at one user's keys gave: the keys, or why they could not be read. */
export type KeyListing =
  | { readonly user: IamUser; readonly keys: readonly AccessKey[] }
  | { readonly user: IamUser; readonly unreadable: string };

/** The verdict on one user. `activeKeys` are oldest first. */
export type Evaluation =
  | { readonly status: 'PASSED'; readonly user: IamUser }
  | { readonly status: 'FAILED'; readonly user: IamUser; readonly activeKeys: TwoOrMore<AccessKey> }
  | { readonly status: 'NOT_AVAILABLE'; readonly user: IamUser; readonly reason: string };

/** FAILED if and only if more than one key is `Active`; a user whose keys could not be read is neither PASSED nor FAILED. */
export function evaluate(listing: KeyListing): Evaluation {
  const { user } = listing;
  if ('unreadable' in listing) return { status: 'NOT_AVAILABLE', user, reason: listing.unreadable };
  const activeKeys = listing.keys.filter((key) => key.status === 'Active').toSorted(byAge);
  return isTwoOrMore(activeKeys) ? { status: 'FAILED', user, activeKeys } : { status: 'PASSED', user };
}
