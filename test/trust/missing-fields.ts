import type { CallId } from './calls.ts';

type Output = Record<string, unknown>;

/** An answer that lacks a field it has to have. */
interface Edit {
  readonly name: string;
  readonly edit: (output: Output) => Output;
}

const LISTS: Readonly<Record<string, readonly [list: string, ...fields: string[]]>> = {
  ListUsers: ['Users', 'UserId', 'UserName', 'CreateDate'],
  ListAccessKeys: ['AccessKeyMetadata', 'Status', 'AccessKeyId', 'CreateDate'],
  ListUserTags: ['Tags'],
  GetFindings: ['Findings', 'UpdatedAt', 'CreatedAt'],
};

const OTHERS: Readonly<Record<string, readonly string[]>> = {
  GetAccessKeyLastUsed: ['AccessKeyLastUsed'],
  BatchImportFindings: ['SuccessCount'],
  Publish: ['MessageId'],
};

/** The answers to a call with one required field less each. */
export function editsOf({ operation, isTruncated, hasItems }: CallId): readonly Edit[] {
  const [list = '', ...fields] = LISTS[operation] ?? [];
  const whole = [...(list ? [list] : []), ...(OTHERS[operation] ?? [])];
  return [
    ...whole.map((name) => ({ name: `without ${name}`, edit: without(name) })),
    ...(hasItems ? fields : []).map((field) => ({
      name: `without ${field} of one item`,
      edit: (output: Output) => ({ ...output, [list]: withoutInFirst(output[list], field) }),
    })),
    ...(isTruncated && operation.startsWith('List')
      ? [{ name: 'without Marker although there is more', edit: without('Marker') }]
      : []),
  ];
}

/** Where IAM gives a marker but does not say that there is more: that there is more follows from the marker. */
export function withoutIsTruncated({ operation, isTruncated }: CallId): readonly Edit[] {
  const isOne = isTruncated && operation.startsWith('List');
  return isOne ? [{ name: 'without IsTruncated although there is a Marker', edit: without('IsTruncated') }] : [];
}

function without(field: string) {
  return ({ [field]: _, ...rest }: Output): Output => rest;
}

function withoutInFirst(items: unknown, field: string): unknown {
  const [first, ...rest] = Array.isArray(items) ? items : [];
  return first === undefined ? items : [without(field)(first), ...rest];
}
