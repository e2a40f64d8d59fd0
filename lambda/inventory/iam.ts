import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AccessKeyMetadata,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  type User,
} from '@aws-sdk/client-iam';
import { reasonOf } from '../advice/plain.ts';
import type { AccessKey, IamUser, LastUse, Tag } from '../check/access-key.ts';
import type { KeyListing } from '../check/evaluate.ts';
import type { CredentialReport } from '../check/narrow.ts';

/** What the check reads from IAM. `deleted` is a user that went away between two calls. */
export interface Inventory {
  readonly listUsers: () => Promise<readonly IamUser[]>;
  readonly listKeys: (user: IamUser) => Promise<KeyListing | 'deleted'>;
  readonly readLastUse: (key: AccessKey) => Promise<LastUse>;
  readonly listTags: (user: IamUser) => Promise<readonly Tag[] | 'deleted' | { readonly unreadable: string }>;
  readonly readReport: () => Promise<CredentialReport | { readonly unusable: string }>;
}

/** Not every user is known, so nothing can be concluded about any. */
export class UsersNotListed extends Error {
  override readonly name = 'UsersNotListed';
}

/** How often, and for how long, to ask for a credential report that is being made. */
const REPORT = { everyMs: 1_000, longestMs: 30_000 };

/**
 * IAM, read-only. Only `listUsers` throws: without all users nothing can be said. What fails for one user or key is
 * returned as unreadable, with the reason. Calls end when `signal` fires.
 */
export function iamInventory(client: IAMClient, signal: AbortSignal, report = REPORT): Inventory {
  const options = { abortSignal: signal };
  return {
    listUsers: async () => {
      try {
        return await allPages(async (Marker) => {
          const { Users, ...page } = await client.send(new ListUsersCommand({ MaxItems: 1000, Marker }), options);
          return { ...page, items: required(Users, 'Users', 'ListUsers').map(toUser) };
        });
      } catch (error) {
        throw new UsersNotListed(`users could not be listed, so nothing was checked: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },

    listKeys: async (user) => {
      try {
        const keys = await allPages(async (Marker) => {
          const command = new ListAccessKeysCommand({ UserName: user.userName, Marker });
          const { AccessKeyMetadata, ...page } = await client.send(command, options);
          return { ...page, items: required(AccessKeyMetadata, 'AccessKeyMetadata', 'ListAccessKeys').map(toKey) };
        });
        return { user, keys };
      } catch (error) {
        return isGone(error) ? 'deleted' : { user, unreadable: reasonOf(error) };
      }
    },

    readLastUse: async (key) => {
      try {
        const answer = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id }), options);
        return toLastUse(answer.AccessKeyLastUsed ?? {});
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error) };
      }
    },

    listTags: async (user) => {
      try {
        return await allPages(async (Marker) => {
          const { Tags, ...page } = await client.send(
            new ListUserTagsCommand({ UserName: user.userName, Marker }),
            options,
          );
          return {
            ...page,
            items: required(Tags, 'Tags', 'ListUserTags').map(({ Key = '', Value = '' }) => ({
              key: Key,
              value: Value,
            })),
          };
        });
      } catch (error) {
        return isGone(error) ? 'deleted' : { unreadable: reasonOf(error) };
      }
    },

    readReport: async () => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(report.longestMs)]);
      try {
        return await readReport(client, within, report.everyMs);
      } catch (error) {
        return { unusable: reasonOf(error) };
      }
    },
  };
}

async function readReport(client: IAMClient, signal: AbortSignal, everyMs: number): Promise<CredentialReport> {
  const options = { abortSignal: signal };
  // Makes a new report if the last one is over four hours old, and tells when it is ready.
  while ((await client.send(new GenerateCredentialReportCommand({}), options)).State !== 'COMPLETE') {
    await sleep(everyMs, undefined, { signal });
  }
  const { Content, GeneratedTime } = await client.send(new GetCredentialReportCommand({}), options);
  return {
    generatedAt: required(GeneratedTime, 'GeneratedTime', 'GetCredentialReport'),
    csv: new TextDecoder().decode(required(Content, 'Content', 'GetCredentialReport')),
  };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** Every page of a listing. The SDK's own paginators stop without a word where IAM says "truncated" but gives no marker. */
async function allPages<T>(read: (marker: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    const page = await read(marker);
    items.push(...page.items);
    const isTruncated = page.IsTruncated ?? page.Marker !== undefined;
    if (isTruncated && (!page.Marker || page.Marker === marker)) {
      throw new Error('IAM said that there is more, but not where it goes on');
    }
    marker = isTruncated ? page.Marker : undefined;
  } while (marker);
  return items;
}

function toUser({ UserId, UserName, Path, Arn, CreateDate }: User): IamUser {
  const answer = `ListUsers, user ${UserName ?? UserId ?? 'without a name'}`;
  return {
    userId: required(UserId, 'UserId', answer),
    userName: required(UserName, 'UserName', answer),
    path: required(Path, 'Path', answer),
    arn: required(Arn, 'Arn', answer),
    createDate: required(CreateDate, 'CreateDate', answer),
  };
}

function toKey({ AccessKeyId, Status, CreateDate }: AccessKeyMetadata): AccessKey {
  return {
    id: required(AccessKeyId, 'AccessKeyId', 'ListAccessKeys'),
    status: required(Status, 'Status', 'ListAccessKeys'),
    createDate: required(CreateDate, 'CreateDate', 'ListAccessKeys'),
  };
}

/** A key that was never used has no date and `N/A` for service and Region; anything else without a date tells nothing. */
function toLastUse(last: {
  LastUsedDate?: Date | undefined;
  ServiceName?: string | undefined;
  Region?: string | undefined;
}): LastUse {
  const { LastUsedDate: at, ServiceName: service, Region: region } = last;
  if (at) {
    return {
      kind: 'used',
      at,
      service: service || 'an unnamed service',
      region: region && region !== 'N/A' ? region : undefined,
    };
  }
  if (service === 'N/A') return { kind: 'never' };
  return { kind: 'unknown', reason: 'IAM answered with neither a date nor N/A' };
}

function required<T>(value: T | undefined, field: string, answer: string): T {
  if (value === undefined || value === '') throw new Error(`IAM answered without ${field} (${answer})`);
  return value;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('NoSuchEntity');
}
