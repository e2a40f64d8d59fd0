import type { Rate, RateName } from '../sandbox/rates.ts';

/** How fast the services answer, and how many calls they take. */
export interface Profile {
  readonly name: ProfileName;
  readonly latencyMs: { readonly iam: number; readonly securityhub: number };
  readonly rates: Partial<Record<RateName, Rate>>;
}

export type ProfileName = 'rated' | 'unrated';

const latencyMs = { iam: 30, securityhub: 80 };

/**
 * The rates of Security Hub are documented; those of IAM are not published, so that 20/s is an assumption.
 * `unrated` shows what the function could do if nobody throttled it.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  rated: {
    name: 'rated',
    latencyMs,
    rates: {
      iam: { perSecond: 20, burst: 100 },
      GetFindings: { perSecond: 3, burst: 6 },
      BatchImportFindings: { perSecond: 10, burst: 30 },
    },
  },
  unrated: { name: 'unrated', latencyMs, rates: {} },
};
