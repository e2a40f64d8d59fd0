import type { Call, Request } from '../sandbox/service.ts';

/** One call of a run, recognised again in another run whatever the order of calls. */
export interface CallId {
  readonly operation: string;
  /** The user name or key id that it is about, if any. */
  readonly subject: string;
  readonly key: string;
  /** A run may make the same call more than once. */
  readonly occurrence: number;
  /** Whether more pages follow it. */
  readonly isTruncated: boolean;
  /** Whether its answer lists anything. */
  readonly hasItems: boolean;
  /** For people: `ListAccessKeys(alice,page 2)`. */
  readonly label: string;
}

/** Names every call of a run in which nothing went wrong. */
export function identify(calls: readonly Call[]): readonly CallId[] {
  const seen = new Map<string, number>();
  const pages = new Map<string, string[]>();
  const ids = calls.map((call) => {
    const key = keyOf(call);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    const { operation } = call;
    const subject = subjectOf(call);
    const listing = pages.get(operation + subject) ?? [];
    if (!listing.includes(key)) pages.set(operation + subject, [...listing, key]);
    const page = (pages.get(operation + subject) ?? []).indexOf(key) + 1;
    return { operation, subject, key, occurrence, page };
  });
  return ids.map(({ page, ...id }) => {
    const { operation, subject, occurrence } = id;
    const last = (pages.get(operation + subject) ?? []).length;
    const about = [...(subject ? [subject] : []), ...(last > 1 ? [`page ${page}`] : [])].join(',');
    const label = `${operation}${about && `(${about})`}${occurrence > 1 ? `#${occurrence}` : ''}`;
    return { ...id, isTruncated: page < last, hasItems: true, label };
  });
}

/** The same for every attempt of one call. */
export function keyOf(call: Request): string {
  const { Marker = '', NextToken = '' } = call.input;
  return `${call.operation}|${subjectOf(call)}|${Marker}${NextToken}`;
}

function subjectOf({ input: { UserName, AccessKeyId } }: Request): string {
  return String(UserName ?? AccessKeyId ?? '');
}
