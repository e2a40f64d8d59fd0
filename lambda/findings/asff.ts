import type { AwsSecurityFinding, Partition, Resource } from '@aws-sdk/client-securityhub';
import { advise, descriptionOf, lastUseText, ownerTags } from '../advice/advise.ts';
import { userLink } from '../advice/console.ts';
import { count, cut, dayAndAge, plainName, quotation } from '../advice/plain.ts';
import type { IamUser, UsedKey } from '../check/access-key.ts';
import {
  type Action,
  type FailingUser,
  findingId,
  GENERATOR_ID,
  type StoredFinding,
  toldAfter,
} from '../check/reconcile.ts';
import type { Config } from '../config.ts';
import { inFields, lastingFields, OWN, toldFields } from './product-fields.ts';

/** The version of the CIS benchmark decides the number of the recommendation, so each is named with its own. */
const REQUIREMENTS = [
  'CIS AWS Foundations Benchmark v1.4.0/1.13',
  'CIS AWS Foundations Benchmark v2.0.0/1.13',
  'CIS AWS Foundations Benchmark v3.0.0/1.13',
  'CIS AWS Foundations Benchmark v4.0.1/1.13',
  'CIS AWS Foundations Benchmark v5.0.0/1.12',
  'CIS AWS Foundations Benchmark v6.0.0/2.12',
];

const TYPES = ['Software and Configuration Checks/Industry and Regulatory Standards/CIS AWS Foundations Benchmark'];
const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html';

/** ASFF's limits: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html */
const MOST = { description: 1024, resources: 32, resourceId: 512, recommendation: 512, other: 1000, title: 256 };

/** Where a finding comes from: what is the same in all of them. */
export type Origin = Pick<Config, 'account' | 'partition' | 'region' | 'severity'>;

/**
 * The whole finding to import for an action, since an import replaces all that the provider owns. Nothing that belongs
 * to the customer is in it. `published` tells whether this run's alert went out.
 */
export function toFinding(action: Action, origin: Origin, published: boolean, now: Date): AwsSecurityFinding {
  const told = toldFields(toldAfter(action, published, now));
  return action.record === 'FAILED'
    ? failed(action.failing, action.stored, origin, told, now)
    : resolved(action, origin, told, now);
}

/** The product that findings of the account itself are imported under. */
export function productArn({ account, partition, region }: Omit<Origin, 'severity'>): string {
  return `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
}

function failed(
  failing: FailingUser,
  stored: StoredFinding | undefined,
  origin: Origin,
  told: Record<string, string>,
  now: Date,
): AwsSecurityFinding {
  const { user, diagnosis } = failing;
  const advice = advise(failing);
  const updatedAt = laterThan(stored?.updatedAt, now);
  const createdAt = stored?.createdAt ?? updatedAt;
  return {
    ...envelope(origin, findingId(origin.account, user.userId)),
    CreatedAt: createdAt,
    FirstObservedAt: stored?.firstObservedAt ?? createdAt,
    UpdatedAt: updatedAt,
    LastObservedAt: updatedAt,
    Title: cut(`IAM user ${plainName(user.userName)} has more than one active access key`, MOST.title),
    Description: describe(failing, advice, now),
    Resources: resources(failing, origin, now),
    FindingProviderFields: { Severity: { Label: origin.severity, Original: origin.severity }, Types: TYPES },
    Compliance: { Status: 'FAILED', RelatedRequirements: REQUIREMENTS },
    RecordState: 'ACTIVE',
    Remediation: { Recommendation: { Text: cut(advice.action, MOST.recommendation), Url: GUIDE } },
    SourceUrl: userLink(origin.partition, user.userName),
    ProductFields: {
      [`${OWN}diagnosis`]: diagnosis.cause,
      ...inFields('deactivate', advice.commands, '\n'),
      ...inFields('undo', advice.undo, '\n'),
      ...inFields('terraform', advice.terraform, '\n\n'),
      ...told,
    },
  };
}

function resolved(
  { stored, reason }: Extract<Action, { record: 'PASSED' }>,
  origin: Origin,
  told: Record<string, string>,
  now: Date,
): AwsSecurityFinding {
  const { body } = stored;
  return {
    ...envelope(origin, stored.id),
    CreatedAt: stored.createdAt,
    FirstObservedAt: stored.firstObservedAt,
    UpdatedAt: laterThan(stored.updatedAt, now),
    LastObservedAt: stored.lastObservedAt,
    Title: body.Title,
    Description: `Resolved: ${reason}. IAM user ${plainName(stored.userName)} was last seen with more than one active access key on ${stored.lastObservedAt.slice(0, 10)}.`,
    Resources: body.Resources?.map(({ Type, Id, Partition, Tags, Details }) => ({
      Type,
      Id,
      ...(Partition && { Partition }),
      ...(Tags && { Tags }),
      ...(Details && { Details }),
    })),
    FindingProviderFields: { Severity: { Label: 'INFORMATIONAL', Original: 'INFORMATIONAL' }, Types: TYPES },
    Compliance: {
      Status: 'PASSED',
      RelatedRequirements: REQUIREMENTS,
      StatusReasons: [{ ReasonCode: reason.toUpperCase().replaceAll(' ', '_'), Description: reason }],
    },
    RecordState: 'ARCHIVED',
    ...(body.SourceUrl && { SourceUrl: body.SourceUrl }),
    ProductFields: { ...lastingFields(body.ProductFields), ...told },
  };
}

function envelope(origin: Origin, id: string) {
  return {
    SchemaVersion: '2018-10-08',
    Id: id,
    ProductArn: productArn(origin),
    GeneratorId: GENERATOR_ID,
    AwsAccountId: origin.account,
  };
}

/** Now, or just after what is stored: Security Hub silently ignores an update that is not later than the one it has. */
function laterThan(stored: string | undefined, now: Date): string {
  return new Date(Math.max(now.getTime(), stored === undefined ? 0 : Date.parse(stored) + 1)).toISOString();
}

function describe({ user, keys, tags }: FailingUser, advice: ReturnType<typeof advise>, now: Date): string {
  const lines = keys.map((key) => {
    const description = descriptionOf(key, tags);
    return `${key.id}${description ? ` ${quotation(description)}` : ''}, created ${dayAndAge(key.createDate, now)}, ${lastUseText(key.lastUse, now)}`;
  });
  return cut(
    `IAM user ${plainName(user.userName)} has ${count(keys.length, 'active access key')}. ${advice.diagnosis} ${advice.action} Keys, oldest first: ${lines.join('; ')}.`,
    MOST.description,
  );
}

function resources({ user, keys, tags }: FailingUser, origin: Origin, now: Date): Resource[] {
  const owners = Object.fromEntries(ownerTags(tags).map(({ key, value }) => [key, value]));
  const partition = knownPartition(origin.partition);
  return [
    {
      Type: 'AwsIamUser',
      // A user's ARN holds a path of up to 512 characters, so it can be longer than an id may be.
      Id: user.arn.length <= MOST.resourceId ? user.arn : `AWS::IAM::User:${user.userId}`,
      ...partition,
      ...(Object.keys(owners).length > 0 && { Tags: owners }),
      Details: {
        AwsIamUser: {
          UserName: user.userName,
          UserId: user.userId,
          Path: user.path,
          CreateDate: user.createDate.toISOString(),
        },
      },
    },
    ...keys.slice(0, MOST.resources - 1).map((key) => keyResource(key, user, origin, descriptionOf(key, tags), now)),
  ];
}

function keyResource(
  key: UsedKey,
  user: IamUser,
  origin: Origin,
  description: string | undefined,
  now: Date,
): Resource {
  return {
    Type: 'AwsIamAccessKey',
    Id: `AWS::IAM::AccessKey:${key.id}`,
    ...knownPartition(origin.partition),
    Details: {
      AwsIamAccessKey: {
        AccessKeyId: key.id,
        AccountId: origin.account,
        CreatedAt: key.createDate.toISOString(),
        PrincipalId: user.userId,
        PrincipalName: user.userName,
        PrincipalType: 'IAMUser',
        Status: 'Active',
      },
      Other: {
        LastUsed: cut(lastUseText(key.lastUse, now), MOST.other),
        ...(description && { Description: description }),
      },
    },
  };
}

function knownPartition(partition: string): { Partition?: Partition } {
  const known: Readonly<Record<string, Partition>> = { aws: 'aws', 'aws-cn': 'aws-cn', 'aws-us-gov': 'aws-us-gov' };
  const found = known[partition];
  return found ? { Partition: found } : {};
}
