import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { findingId, GENERATOR_ID, type StoredFinding } from '../check/reconcile.ts';
import { type Origin, productArn } from './asff.ts';
import { toldFrom } from './product-fields.ts';

/**
 * One of our findings as Security Hub returned it, or undefined when it is not ours: an administrator account also
 * sees those of its members, an aggregation Region those of other Regions.
 * @throws Error when a finding of ours lacks what it was imported with
 */
export function toStored(body: AwsSecurityFinding, origin: Omit<Origin, 'severity'>): StoredFinding | undefined {
  const { Id: id = '', CreatedAt: createdAt = '', UpdatedAt: updatedAt = '' } = body;
  const prefix = findingId(origin.account, '');
  const ours =
    body.ProductArn === productArn(origin) &&
    body.GeneratorId === GENERATOR_ID &&
    body.AwsAccountId === origin.account &&
    id.startsWith(prefix);
  if (!ours) return undefined;
  if ([createdAt, updatedAt].some((time) => Number.isNaN(Date.parse(time)))) {
    throw new Error(`finding ${id} came back without a valid CreatedAt or UpdatedAt`);
  }
  const userId = id.slice(prefix.length);
  return {
    id,
    userId,
    userName: body.Resources?.find(({ Type }) => Type === 'AwsIamUser')?.Details?.AwsIamUser?.UserName ?? userId,
    createdAt,
    firstObservedAt: body.FirstObservedAt ?? createdAt,
    lastObservedAt: body.LastObservedAt ?? updatedAt,
    updatedAt,
    // What Security Hub assumes where nothing else was said.
    recordState: body.RecordState ?? 'ACTIVE',
    workflow: body.Workflow?.Status ?? 'NEW',
    compliance: body.Compliance?.Status ?? 'NOT_AVAILABLE',
    told: toldFrom(body.ProductFields),
    body,
  };
}
