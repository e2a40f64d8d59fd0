import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Deployed, Settings } from './deployed.ts';
import type { Snapshot } from './snapshot.ts';

/** What has to be told about a user, and on which of the two days. */
export interface Expected {
  readonly news: 'new' | 'failing-again' | 'keys-changed' | 'still-open' | 'resolved';
  readonly on: 'first' | 'second';
}

/** An account that is about to be checked, with what a run without faults does to it. */
export interface BaseAccount {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly settings: Settings;
  /** By UserId. About nobody else there is anything to tell. */
  readonly expected: ReadonlyMap<string, Expected>;
  /** A user whose keys can never be read, so that every run has to fail. */
  readonly locked?: string;
}

/** How an account comes to be: by playing the days before. */
export type Preparation = (deployed: Deployed) => Promise<BaseAccount>;

const DAY = 24 * 60 * 60 * 1000;

/** Day 0 of every story, at 06:00 when the check runs. */
const START = Date.parse('2026-03-02T06:00:00Z');

/** A moment of a story: noon of day 9 is `at(9, 12)`. */
export function at(day: number, hour = 6): Date {
  return new Date(START + day * DAY + (hour - 6) * 60 * 60 * 1000);
}

/** The day on which things go wrong. */
export const FAULTY_DAY = 10;

/** Findings of other products, generators and accounts, in case an import or a resolution goes astray. */
export function addForeignFindings({ securityHub, account, region }: Sandbox): void {
  const ours = {
    SchemaVersion: '2018-10-08',
    Id: `aws-iam-009/${account}/AIDANOBODY`,
    ProductArn: securityHub.productArn,
    GeneratorId: 'aws-iam-009',
    AwsAccountId: account,
    CreatedAt: at(0).toISOString(),
    UpdatedAt: at(0).toISOString(),
    Title: 'a finding of somebody else',
    Description: 'that looks like one of ours',
    Resources: [{ Type: 'AwsIamUser', Id: 'nobody' }],
    Compliance: { Status: 'FAILED' as const },
  };
  const product = (of: string) => `arn:aws:securityhub:${region}:${of}:product/${of}/default`;
  securityHub.insert({ ...ours, GeneratorId: 'aws-iam-010' });
  securityHub.insert({ ...ours, Id: 'made-by-hand' });
  securityHub.insert({ ...ours, AwsAccountId: '444455556666', ProductArn: product('444455556666') });
  securityHub.insert({ ...ours, ProductArn: `arn:aws:securityhub:${region}::product/aws/securityhub` });
}
