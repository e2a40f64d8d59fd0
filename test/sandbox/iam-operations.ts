import type { IamAccount, SandboxKey, SandboxUser } from './iam.ts';
import { pageOf } from './paging.ts';
import { type AccountFacts, AwsError, type Input, type Operation, type Operations, parameter } from './service.ts';

const DEFAULT_MAX_ITEMS = 100;
const LARGEST_MAX_ITEMS = 1000;

/** IAM's read operations over HTTP: every one this sandbox answers. */
export function iamOperations(iam: IamAccount, facts: AccountFacts): Operations {
  const onUser = (input: Input) => [userArn(iam, facts, parameter(input, 'UserName') ?? '')];
  const onEverything = () => [];
  return {
    ListUsers: operation(['Marker', 'MaxItems'], onEverything, (input) => {
      const { items, ...more } = page('ListUsers', iam.usersByName(), (user) => user.userName, input, facts);
      return { ...more, Users: items.map(toUser) };
    }),
    ListAccessKeys: operation(['UserName', 'Marker', 'MaxItems'], onUser, (input) => {
      const user = iam.user(userNameOf(input, 'ListAccessKeys without UserName lists the keys of the caller'));
      const keys = user.keys.toSorted((a, b) => (newestFirst(a) < newestFirst(b) ? -1 : 1));
      const { items, ...more } = page(`ListAccessKeys/${user.userId}`, keys, newestFirst, input, facts);
      return { ...more, AccessKeyMetadata: items.map((key) => toKeyMetadata(user, key)) };
    }),
    ListUserTags: operation(['UserName', 'Marker', 'MaxItems'], onUser, (input) => {
      const user = iam.user(userNameOf(input));
      const tags = Object.entries(user.tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { items, ...more } = page(`ListUserTags/${user.userId}`, tags, ([key]) => key, input, facts);
      return { ...more, Tags: items.map(([Key, Value]) => ({ Key, Value })) };
    }),
    GetAccessKeyLastUsed: operation(
      ['AccessKeyId'],
      (input) => [ownerArn(iam, facts, parameter(input, 'AccessKeyId') ?? '')],
      (input) => {
        const accessKeyId = required(input, 'AccessKeyId', /^\w{16,128}$/);
        const { userName, keys } = iam.ownerOf(accessKeyId);
        return {
          UserName: userName,
          AccessKeyLastUsed: toLastUsed(keys.find((key) => key.accessKeyId === accessKeyId)),
        };
      },
    ),
    GenerateCredentialReport: operation([], onEverything, () => iam.credentialReport.generate()),
    GetCredentialReport: operation([], onEverything, () => iam.credentialReport.get()),
  };
}

/** An operation that takes these parameters and refuses any other, lest a parameter be ignored unnoticed. */
export function operation(
  parameters: readonly string[],
  resources: Operation['resources'],
  answer: Operation['answer'],
): Operation {
  return {
    resources,
    answer: (input) => {
      const unknown = Object.keys(input).filter((name) => !parameters.includes(name));
      if (unknown.length > 0) throw invalid(`the sandbox does not know the parameter ${unknown.join(', ')}`);
      return answer(input);
    },
  };
}

/** A required parameter. @throws ValidationError if it is missing or does not match its documented pattern */
export function required(input: Input, name: string, pattern: RegExp): string {
  const value = parameter(input, name);
  const at = name.charAt(0).toLowerCase() + name.slice(1);
  if (value === undefined) throw invalid(constraint('null', at, 'Member must not be null'));
  if (!pattern.test(value)) {
    throw invalid(constraint(`'${value}'`, at, `Member must satisfy regular expression pattern: ${pattern.source}`));
  }
  return value;
}

/** The user name parameter. */
export function userNameOf(input: Input, ifMissing?: string): string {
  if (ifMissing !== undefined && parameter(input, 'UserName') === undefined) {
    throw invalid(`${ifMissing}: Must specify userName when calling with non-User credentials`);
  }
  return required(input, 'UserName', /^[\w+=,.@-]{1,128}$/);
}

/** MaxItems is 1 to 1000 and defaults to 100; IAM may return fewer items than asked for, with IsTruncated true. */
function page<T>(
  listing: string,
  items: readonly T[],
  nameOf: (item: T) => string,
  input: Input,
  { pageSize }: AccountFacts,
) {
  const maxItems = maxItemsOf(input);
  const found = pageOf(listing, items, nameOf, {
    token: parameter(input, 'Marker'),
    size: Math.min(maxItems, pageSize),
  });
  if (found === undefined) throw invalid('Invalid Marker.');
  return { items: found.items, IsTruncated: found.next !== undefined, Marker: found.next };
}

function maxItemsOf(input: Input): number {
  const text = parameter(input, 'MaxItems');
  if (text === undefined) return DEFAULT_MAX_ITEMS;
  const value = Number(text);
  if (!Number.isInteger(value) || text.trim() === '')
    throw new AwsError(400, 'MalformedInput', 'MaxItems is not an integer');
  if (value < 1)
    throw invalid(constraint(`'${text}'`, 'maxItems', 'Member must have value greater than or equal to 1'));
  if (value > LARGEST_MAX_ITEMS) {
    throw invalid(
      constraint(`'${text}'`, 'maxItems', `Member must have value less than or equal to ${LARGEST_MAX_ITEMS}`),
    );
  }
  return value;
}

/** The order of ListAccessKeys is undocumented. Here it is the newest first, so that nobody takes it for creation order. */
function newestFirst({ createDate, accessKeyId }: SandboxKey): string {
  return String(Number.MAX_SAFE_INTEGER - createDate.getTime()).padStart(16, '0') + accessKeyId;
}

/** ListUsers answers a subset of the attributes: neither tags nor permissions boundary. */
function toUser({ path, userName, userId, arn, createDate }: SandboxUser) {
  return { Path: path, UserName: userName, UserId: userId, Arn: arn, CreateDate: createDate };
}

function toKeyMetadata({ userName }: SandboxUser, { accessKeyId, status, createDate }: SandboxKey) {
  return { UserName: userName, AccessKeyId: accessKeyId, Status: status, CreateDate: createDate };
}

/** A key that was never used has no LastUsedDate, and `N/A` for service and Region. */
function toLastUsed(key: SandboxKey | undefined) {
  const use = key?.lastUsed;
  return { LastUsedDate: use?.date, ServiceName: use?.service ?? 'N/A', Region: use?.region ?? 'N/A' };
}

function userArn(iam: IamAccount, { partition, account }: AccountFacts, userName: string): string {
  const known = iam.find(userName);
  return known?.arn ?? `arn:${partition}:iam::${account}:user/${userName}`;
}

function ownerArn(iam: IamAccount, { partition, account }: AccountFacts, accessKeyId: string): string {
  return iam.findOwner(accessKeyId)?.arn ?? `arn:${partition}:iam::${account}:user/`;
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'ValidationError', message);
}

function constraint(value: string, at: string, rule: string): string {
  return `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: ${rule}`;
}
