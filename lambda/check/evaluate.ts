import { type AccessKey, byAge, type IamUser, isTwoOrMore, type TwoOrMore } from './access-key.ts';

/** Why something could not be read. */
export interface Unreadable {
  readonly unreadable: string;
}

/** The verdict on one user. `activeKeys` are oldest first. */
export type Evaluation =
  | { readonly status: 'PASSED'; readonly user: IamUser }
  | { readonly status: 'FAILED'; readonly user: IamUser; readonly activeKeys: TwoOrMore<AccessKey> }
  | { readonly status: 'NOT_AVAILABLE'; readonly user: IamUser; readonly reason: string };

/** FAILED if and only if more than one key is `Active`; a user whose keys could not be read is neither PASSED nor FAILED. */
export function evaluate(user: IamUser, keys: readonly AccessKey[] | Unreadable): Evaluation {
  if ('unreadable' in keys) return { status: 'NOT_AVAILABLE', user, reason: keys.unreadable };
  const activeKeys = keys.filter((key) => key.status === 'Active').toSorted(byAge);
  return isTwoOrMore(activeKeys) ? { status: 'FAILED', user, activeKeys } : { status: 'PASSED', user };
}
