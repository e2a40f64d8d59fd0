/* The plain way to do the same check: what one would write first. One call after another, default pages and retries. */

import { type AccessKeyMetadata, IAM, type Tag, type User } from '@aws-sdk/client-iam';
import { type AwsSecurityFinding, SecurityHub } from '@aws-sdk/client-securityhub';
import { SNS } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';

interface FailingUser {
  readonly user: User;
  readonly keys: readonly AccessKeyMetadata[];
  readonly lastUsed: readonly (Date | undefined)[];
  readonly tags: readonly Tag[];
}

/** What the plain way says of its own run. */
export interface PlainSummary {
  readonly users: { readonly listed: number; readonly failing: number; readonly unreadable: number };
}

const BATCH = 100;

/** Finds every user with more than one active key, imports a finding for each and publishes one list of them. */
export async function handler(_event: unknown, context: Pick<Context, 'invokedFunctionArn'>): Promise<PlainSummary> {
  const iam = new IAM();
  const users: User[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.listUsers({ Marker });
    users.push(...(page.Users ?? []));
    Marker = page.Marker;
  } while (Marker);

  const failing: FailingUser[] = [];
  let unreadable = 0;
  for (const user of users) {
    try {
      const found = await readUser(iam, user);
      if (found) failing.push(found);
    } catch (error) {
      console.error(`could not read ${user.UserName}: ${error}`);
      unreadable++;
    }
  }

  if (failing.length > 0) {
    await new SNS().publish({
      TopicArn: process.env.ALERT_TOPIC_ARN,
      Subject: `${failing.length} IAM users with more than one active access key`,
      Message: failing.map(toLine).join('\n').slice(0, 200_000),
    });
  }
  const hub = new SecurityHub();
  const findings = failing.map((each) => toFinding(each, context.invokedFunctionArn));
  for (let i = 0; i < findings.length; i += BATCH) {
    await hub.batchImportFindings({ Findings: findings.slice(i, i + BATCH) });
  }
  return { users: { listed: users.length, failing: failing.length, unreadable } };
}

/** The user with all that is to be told of it, if it fails. */
async function readUser(iam: IAM, user: User): Promise<FailingUser | undefined> {
  const { UserName } = user;
  const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName });
  const keys = AccessKeyMetadata.filter(({ Status }) => Status === 'Active');
  if (keys.length < 2) return undefined;
  const lastUsed: (Date | undefined)[] = [];
  for (const { AccessKeyId } of keys) {
    const answer = await iam.getAccessKeyLastUsed({ AccessKeyId });
    lastUsed.push(answer.AccessKeyLastUsed?.LastUsedDate);
  }
  const { Tags = [] } = await iam.listUserTags({ UserName });
  return { user, keys, lastUsed, tags: Tags };
}

function toLine({ user, keys, lastUsed, tags }: FailingUser): string {
  const described = keys.map(
    ({ AccessKeyId }, i) => `${AccessKeyId} (last used ${lastUsed[i]?.toISOString() ?? 'never'})`,
  );
  const owner = tags.find(({ Key }) => Key === 'owner')?.Value;
  return `${user.UserName}${owner ? ` (${owner})` : ''}: ${described.join(', ')}`;
}

function toFinding(failing: FailingUser, functionArn: string): AwsSecurityFinding {
  const [, partition, , region, account] = functionArn.split(':');
  const now = new Date().toISOString();
  const Severity = { Label: 'MEDIUM' as const };
  const Types = ['Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark'];
  return {
    SchemaVersion: '2018-10-08',
    Id: `plain/${account}/${failing.user.UserId}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    GeneratorId: 'plain',
    AwsAccountId: account,
    CreatedAt: now,
    UpdatedAt: now,
    Title: `IAM user ${failing.user.UserName} has more than one active access key`,
    Description: toLine(failing).slice(0, 1024),
    FindingProviderFields: { Severity, Types },
    Compliance: { Status: 'FAILED' },
    RecordState: 'ACTIVE',
    Resources: [{ Type: 'AwsIamUser', Id: failing.user.Arn, Partition: 'aws', Region: region }],
  };
}
