import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { advise, descriptionOf, lastUseText } from '../advice/advise.ts';
import { userLink } from '../advice/console.ts';
import { count, cut, dayAndAge, plainName, quotation } from '../advice/plain.ts';
import { type Action, type FailingUser, findingId, GENERATOR_ID, toldAfter } from '../check/reconcile.ts';
import type { Config } from '../config.ts';
import { inFields, lastingFields, OWN, toldFields } from './product-fields.ts';
import { lastResources, resources } from './resources.ts';

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
const MOST = { description: 1024, recommendation: 512 };

/** Where a finding comes from: what is the same in all of them. */
export type Origin = Pick<Config, 'account' | 'partition' | 'region' | 'severity'>;

/**
 * The whole finding to import for an action, since an import replaces all that the provider owns. Nothing that belongs
 * to the customer is in it. `published` tells whether this run's alert went out.
 */
export function toFinding(action: Action, origin: Origin, published: boolean, now: Date): AwsSecurityFinding {
  const at = { origin, now, told: toldFields(toldAfter(action, published, now)) };
  return action.record === 'FAILED' ? failed(action, at) : resolved(action, at);
}

interface Circumstances {
  readonly origin: Origin;
  readonly now: Date;
  readonly told: Readonly<Record<string, string>>;
}

/** The product that findings of the account itself are imported under. */
export function productArn({ account, partition, region }: Omit<Origin, 'severity'>): string {
  return `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
}

function failed(
  { failing, stored }: Extract<Action, { record: 'FAILED' }>,
  { origin, now, told }: Circumstances,
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
    Title: title(user.userName),
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
  { stored, userName, reason }: Extract<Action, { record: 'PASSED' }>,
  { origin, now, told }: Circumstances,
): AwsSecurityFinding {
  return {
    ...envelope(origin, stored.id),
    CreatedAt: stored.createdAt,
    FirstObservedAt: stored.firstObservedAt,
    UpdatedAt: laterThan(stored.updatedAt, now),
    LastObservedAt: stored.lastObservedAt,
    Title: title(userName),
    Description: `Resolved: ${reason}. IAM user ${plainName(userName)} was last seen with more than one active access key on ${stored.lastObservedAt.slice(0, 10)}.`,
    Resources: lastResources(stored, reason),
    FindingProviderFields: { Severity: { Label: 'INFORMATIONAL', Original: 'INFORMATIONAL' }, Types: TYPES },
    Compliance: {
      Status: 'PASSED',
      RelatedRequirements: REQUIREMENTS,
      StatusReasons: [{ ReasonCode: reason.toUpperCase().replaceAll(' ', '_'), Description: reason }],
    },
    RecordState: 'ARCHIVED',
    SourceUrl: userLink(origin.partition, userName),
    ProductFields: { ...lastingFields(stored.body.ProductFields), ...told },
  };
}

function title(userName: string): string {
  return `IAM user ${plainName(userName)} has more than one active access key`;
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
