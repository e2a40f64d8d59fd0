/** An IAM user as `ListUsers` gives it. `userId` survives renames; `userName` and `path` are untrusted text. */
export interface IamUser {
  readonly userId: string;
  readonly userName: string;
  readonly path: string;
  readonly arn: string;
  readonly createDate: Date;
}

/** An access key by its id; its secret is never known here. `status` is IAM's word: Active, Inactive or Expired. */
export interface AccessKey {
  readonly id: string;
  readonly status: string;
  readonly createDate: Date;
}

/**
 * When and where a key was last used. IAM tracks this since April 2015 and may lag by some hours.
 * `unknown` means that it could not be read, which is never the same as `never`.
 */
export type LastUse =
  | { readonly kind: 'used'; readonly at: Date; readonly service: string; readonly region: string | undefined }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** An active key together with its last use. */
export interface UsedKey extends AccessKey {
  readonly lastUse: LastUse;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What it takes to fail the check. */
export type TwoOrMore<T> = readonly [T, T, ...T[]];

export function isTwoOrMore<T>(items: readonly T[]): items is TwoOrMore<T> {
  return items.length > 1;
}

/** Orders keys oldest first: by creation, then by id, never by the undocumented order in which IAM lists them. */
export function byAge(a: AccessKey, b: AccessKey): number {
  return a.createDate.getTime() - b.createDate.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Milliseconds in a day. */
export const DAY = 24 * 60 * 60 * 1000;
