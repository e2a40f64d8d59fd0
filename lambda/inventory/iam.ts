import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
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
import type { Unreadable } from '../check/evaluate.ts';
import type { CredentialReport } from '../check/narrow.ts';

/** What the check reads from IAM. `deleted` is a user that went away between two calls. */
export interface Inventory {
  readonly listUsers: () => Promise<readonly IamUser[]>;
  readonly listKeys: (user: IamUser) => Promise<readonly AccessKey[] | 'deleted' | Unreadable>;
  readonly readLastUse: (key: AccessKey) => Promise<LastUse>;
  readonly listTags: (user: IamUser) => Promise<readonly Tag[] | 'deleted' | Unreadable>;
  readonly readReport: () => Promise<CredentialReport | Unreadable>;
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
        const users = await allPages('ListUsers', 'Users', (Marker) =>
          client.send(new ListUsersCommand({ MaxItems: 1000, Marker }), options),
        );
        return users.map(toUser);
      } catch (error) {
        const problem = `users could not be listed, so nothing was checked: ${reasonOf(error)}`;
        throw new UsersNotListed(problem, { cause: error });
      }
    },

    listKeys: ({ userName: UserName }) =>
      ofUser(async () => {
        const keys = await allPages('ListAccessKeys', 'AccessKeyMetadata', (Marker) =>
          client.send(new ListAccessKeysCommand({ UserName, Marker }), options),
        );
        return keys.map(toKey);
      }),

    readLastUse: async (key) => {
      try {
        const answer = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id }), options);
        return toLastUse(answer.AccessKeyLastUsed ?? {});
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error) };
      }
    },

    listTags: ({ userName: UserName }) =>
      ofUser(async () => {
        const tags = await allPages('ListUserTags', 'Tags', (Marker) =>
          client.send(new ListUserTagsCommand({ UserName, Marker }), options),
        );
        return tags.map(({ Key: key = '', Value: value = '' }) => ({ key, value }));
      }),

    readReport: async () => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(report.longestMs)]);
      try {
        return await readReport(client, within, report.everyMs);
      } catch (error) {
        return { unreadable: reasonOf(error) };
      }
    },
  };
}

/** What reading something of one user gave: it, or that the user is gone, or why it could not be read. */
async function ofUser<T>(read: () => Promise<T>): Promise<T | 'deleted' | Unreadable> {
  try {
    return await read();
  } catch (error) {
    return isGone(error) ? 'deleted' : { unreadable: reasonOf(error) };
  }
}

async function readReport(client: IAMClient, signal: AbortSignal, everyMs: number): Promise<CredentialReport> {
  const options = { abortSignal: signal };
  // Makes a new report if the last one is over four hours old, and tells when it is ready.
  while ((await client.send(new GenerateCredentialReportCommand({}), options)).State !== 'COMPLETE') {
    await sleep(everyMs, undefined, { signal });
  }
  const command = new GetCredentialReportCommand({});
  let content: string | undefined;
  // The SDK builds every text of an answer letter by letter, for a report of megabytes in forty times the memory.
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { response } = answer;
      if (!isStreamed(response)) throw new Error('IAM answered without a body');
      const xml = await text(response.body);
      const [element = '', base64] = /<Content>([^<]*)<\/Content>/.exec(xml) ?? [];
      content = base64;
      response.body = Readable.from([xml.replace(element, '')], { objectMode: false });
      return answer;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const { GeneratedTime } = await client.send(command, options);
  return {
    generatedAt: required(GeneratedTime, 'GeneratedTime', 'GetCredentialReport'),
    csv: Buffer.from(required(content, 'Content', 'GetCredentialReport'), 'base64').toString(),
  };
}

function isStreamed(response: unknown): response is { body: Readable } {
  return Object(response).body instanceof Readable;
}

type Page<Field extends string, T> = { readonly [F in Field]?: readonly T[] | undefined } & {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
};

/**
 * What is in `field` of every page of a listing. The SDK's own paginators stop without a word where IAM says
 * "truncated" but gives no marker.
 */
async function allPages<Field extends string, T>(
  operation: string,
  field: Field,
  read: (marker: string | undefined) => Promise<Page<Field, T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let marker: string | undefined;
  do {
    const page = await read(marker);
    const found: readonly T[] | undefined = page[field];
    items.push(...required(found, field, operation));
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
      service: service && service !== 'N/A' ? service : 'an unnamed service',
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
