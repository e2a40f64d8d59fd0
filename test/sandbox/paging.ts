/** One page of a listing and, if there is more, the token that asks for it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * Cuts one page out of a listing. A token names the last item told, not a position: items that come or go between two
 * pages make nobody else appear twice or vanish.
 *
 * @param listing what is listed and for whom: a token is good for the listing that gave it only
 * @param items sorted by `nameOf`, ascending
 * @returns undefined if the token is not one of this listing
 */
export function pageOf<T>(
  listing: string,
  items: readonly T[],
  nameOf: (item: T) => string,
  { token, size }: { token: string | undefined; size: number },
): Page<T> | undefined {
  const after = token === undefined ? undefined : decode(listing, token);
  if (token !== undefined && after === undefined) return undefined;
  const start = after === undefined ? 0 : firstAfter(items, nameOf, after);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const isTruncated = start + size < items.length && last !== undefined;
  return { items: page, next: isTruncated ? encode(listing, nameOf(last)) : undefined };
}

/** Binary search: listings of thousands are paged through three items at a time. */
function firstAfter<T>(items: readonly T[], nameOf: (item: T) => string, name: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && nameOf(item) <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encode(listing: string, name: string): string {
  return Buffer.from(JSON.stringify([listing, name])).toString('base64url');
}

function decode(listing: string, token: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) && parsed[0] === listing && typeof parsed[1] === 'string' ? parsed[1] : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
