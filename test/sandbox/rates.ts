import { throttled } from './faults.ts';
import type { Request } from './service.ts';

/** What is limited together: all of IAM, or one operation of Security Hub. */
export type RateName = 'iam' | 'GetFindings' | 'BatchImportFindings';

/** A token bucket: calls allowed per second in the long run, and at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Limits calls by token buckets, in real time. The function given back throws the service's throttling error over the limit. */
export function rateLimiter(rates: Partial<Record<RateName, Rate>>, now = () => performance.now()) {
  const buckets = new Map(
    Object.entries(rates).map(([name, rate]) => [name, { ...rate, tokens: rate.burst, filledAt: now() }]),
  );
  return ({ service, operation }: Request): void => {
    const bucket = buckets.get(service === 'iam' ? 'iam' : operation);
    if (bucket === undefined) return;
    const at = now();
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + ((at - bucket.filledAt) / 1000) * bucket.perSecond);
    bucket.filledAt = at;
    if (bucket.tokens < 1) throw throttled(service);
    bucket.tokens -= 1;
  };
}
