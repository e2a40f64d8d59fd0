import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { BatchImportFindingsCommand, GetFindingsCommand } from '@aws-sdk/client-securityhub';
import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { finding } from './finding-example.ts';
import type { PolicyStatement } from './policy.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
  sandbox.iam.createUser({ userName: 'alice', path: '/ops/', keys: [{ accessKeyId: 'AKIAALICE0000000001A' }] });
});
afterEach(() => sandbox.close());

const calls = {
  listUsers: () => clientsOf(sandbox).iam.send(new ListUsersCommand({})),
  listAccessKeys: (UserName = 'alice') => clientsOf(sandbox).iam.send(new ListAccessKeysCommand({ UserName })),
  lastUsed: () => clientsOf(sandbox).iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAALICE0000000001A' })),
  getFindings: () => clientsOf(sandbox).securityHub.send(new GetFindingsCommand({})),
  importFindings: () => clientsOf(sandbox).securityHub.send(new BatchImportFindingsCommand({ Findings: [finding()] })),
  publish: () => clientsOf(sandbox).sns.send(new PublishCommand({ TopicArn: sandbox.sns.topicArn, Message: 'x' })),
};

const ANY_USER = 'arn:aws:iam::111122223333:user/*';

function allow(
  Action: string | string[],
  Resource: string | string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return { Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

test('without a policy everything is allowed', async () => {
  await expect(calls.listUsers()).resolves.toBeDefined();
});

describe('what no statement allows is denied, in the words and under the name each service has for it', () => {
  beforeEach(() => {
    sandbox.policy = { Version: '2012-10-17', Statement: [] };
  });

  test.each([
    ['listUsers', 'AccessDenied', 'iam:ListUsers on resource: *'],
    ['listAccessKeys', 'AccessDenied', 'iam:ListAccessKeys on resource: arn:aws:iam::111122223333:user/ops/alice'],
    ['lastUsed', 'AccessDenied', 'iam:GetAccessKeyLastUsed on resource: arn:aws:iam::111122223333:user/ops/alice'],
    [
      'getFindings',
      'AccessDeniedException',
      'securityhub:GetFindings on resource: arn:aws:securityhub:eu-central-1:111122223333:hub/default',
    ],
    [
      'importFindings',
      'AccessDeniedException',
      'securityhub:BatchImportFindings on resource: arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default',
    ],
    [
      'publish',
      'AuthorizationErrorException',
      'sns:Publish on resource: arn:aws:sns:eu-central-1:111122223333:access-key-alerts',
    ],
  ] as const)('%s: %s', async (call, name, what) => {
    const error = await calls[call]().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
    expect(String(error)).toContain(
      `User: arn:aws:sts::111122223333:assumed-role/access-key-check/sandbox is not authorized to perform: ${what} because no identity-based policy allows the`,
    );
  });
});

test('iam:ListUsers has no resource type: it must be allowed on *', async () => {
  sandbox.policy = { Statement: allow('iam:ListUsers', ANY_USER) };
  await expect(calls.listUsers()).rejects.toThrow('not authorized');
  sandbox.policy = { Statement: allow('iam:ListUsers', '*') };
  await expect(calls.listUsers()).resolves.toBeDefined();
});

test('user/* covers users with a path and users that do not exist', async () => {
  sandbox.policy = { Statement: [allow(['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'], ANY_USER)] };
  await expect(calls.listAccessKeys()).resolves.toBeDefined();
  await expect(calls.lastUsed()).resolves.toBeDefined();
  await expect(calls.listAccessKeys('nobody')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('* is any text and ? any one character, in Action (whatever its case) and in Resource', async () => {
  sandbox.policy = { Statement: allow('IAM:list*', 'arn:aws:iam::111122223333:user/ops/al?ce') };
  await expect(calls.listAccessKeys()).resolves.toBeDefined();
  sandbox.policy = { Statement: allow('iam:List*', 'arn:aws:iam::111122223333:user/ops/al?') };
  await expect(calls.listAccessKeys()).rejects.toThrow('not authorized');
});

test('an explicit deny wins over any allow', async () => {
  sandbox.policy = { Statement: [allow('*', '*'), { Effect: 'Deny', Action: 'sns:*', Resource: '*' }] };
  await expect(calls.publish()).rejects.toThrow('with an explicit deny in an identity-based policy');
  await expect(calls.getFindings()).resolves.toBeDefined();
});

test.each<[string, PolicyStatement['Condition'], boolean]>([
  ['StringEquals holds', { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } }, true],
  ['StringEquals does not', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, false],
  ['StringLike', { StringLike: { 'aws:RequestedRegion': 'eu-*' } }, true],
  ['ArnLike', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/access-key-check' } }, true],
  ['ArnEquals', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/other' } }, false],
  ['Bool', { Bool: { 'aws:SecureTransport': 'true' } }, true],
  ['a key the call does not carry never holds', { StringEquals: { 'aws:SourceAccount': '111122223333' } }, false],
  [
    'all conditions must hold',
    { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalAccount': '1' } },
    false,
  ],
])('conditions: %s', async (_rule, condition, isAllowed) => {
  sandbox.policy = { Statement: allow('sns:Publish', '*', condition) };
  const outcome = await calls.publish().then(
    () => true,
    () => false,
  );
  expect(outcome).toBe(isAllowed);
});

test.each([
  ['NotAction', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*', Action: '*' }],
  ['Effect is Allow or Deny', { Effect: 'allow', Action: '*', Resource: '*' }],
  ['NumericEquals', allow('*', '*', { NumericEquals: { 'aws:x': '1' } })],
])('a policy the sandbox would not evaluate is refused when it is set: %s', (what, statement) => {
  expect(() => {
    sandbox.policy = { Statement: statement };
  }).toThrow(what);
});
