import type { Partition, Resource } from '@aws-sdk/client-securityhub';
import { descriptionOf, lastUseText, ownerTags } from '../advice/advise.ts';
import { cut } from '../advice/plain.ts';
import type { IamUser, UsedKey } from '../check/access-key.ts';
import type { FailingUser, ResolutionReason, StoredFinding } from '../check/reconcile.ts';
import type { Origin } from './asff.ts';

/** ASFF's limits. */
const MOST = { resources: 32, resourceId: 512, other: 1000 };

/** What a finding is about: the user, and each of its active keys as far as there is room. */
export function resources({ user, keys, tags }: FailingUser, origin: Origin, now: Date): Resource[] {
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

/** The stored resources, stripped of what is not ours, and of what a key that was turned off is no more. */
export function lastResources({ body, userId }: StoredFinding, reason: ResolutionReason): Resource[] {
  const { Resources: resources = [] } = body;
  if (resources.length === 0) return [{ Type: 'AwsIamUser', Id: `AWS::IAM::User:${userId}` }];
  return resources.map(({ Type, Id, Partition, Tags, Details }) => ({
    Type,
    Id,
    ...(Partition && { Partition }),
    ...(Tags && { Tags }),
    ...(Details && (reason === 'user deleted' || Type !== 'AwsIamAccessKey') && { Details }),
  }));
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
  const found = (['aws', 'aws-cn', 'aws-us-gov'] as const).find((known) => known === partition);
  return found ? { Partition: found } : {};
}
