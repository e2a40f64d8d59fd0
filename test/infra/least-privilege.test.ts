import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Account } from '../runs/account.ts';
import { authorize, type PolicyDocument } from '../sandbox/policy.ts';
import type { ServiceName } from '../sandbox/service.ts';
import { functionRolePolicy } from './role-policy.ts';
import { synthesize } from './synthesize.ts';

const PLACE = {
  partition: 'aws',
  region: 'eu-central-1',
  account: '111122223333',
  topicArn: 'arn:aws:sns:eu-central-1:111122223333:access-key-alerts',
};

const policy = functionRolePolicy(synthesize().template, PLACE);
const statements = [policy.Statement].flat();
const allowed = statements.flatMap(({ Action }) => [Action].flat());

/** What AWS services do with the role's permission while the function runs. The sandbox is none of them. */
const BY_SERVICES = [
  'kms:Decrypt', // SNS, to encrypt the alert
  'kms:GenerateDataKey', // SNS, to encrypt the alert
  'logs:CreateLogStream', // Lambda, to log
  'logs:PutLogEvents', // Lambda, to log
  'sqs:SendMessage', // Lambda, to keep the event of a failed run
];

/** What a run can do without, at a price: it says less or takes longer, and the log warns. */
const CAN_DO_WITHOUT: Readonly<Record<string, string>> = {
  'iam:GetAccessKeyLastUsed': 'last use could not be read',
  'iam:ListUserTags': 'tags could not be read',
  'iam:GenerateCredentialReport': 'the credential report cannot be used, every user is read live',
  'iam:GetCredentialReport': 'the credential report cannot be used, every user is read live',
};

const CALLED = allowed.filter((action) => !BY_SERVICES.includes(action));

let account: Account;
beforeEach(async () => {
  account = await Account.open({ pageSize: 1000 });
  account.sandbox.policy = policy;
});
afterEach(() => account.close());

test('with the policy of its role, the check does all it ever does, and calls exactly what is allowed', async () => {
  const called = new Set<string>();
  const run = async (day: number) => {
    const outcome = await account.day(day).run();
    for (const { service, operation } of account.sandbox.calls) called.add(`${service}:${operation}`);
    return outcome;
  };
  const alice = account.user('alice', account.used(400, 1), account.used(90, 40));
  account.user('bob', 100);
  account.sandbox.iam.createUser({ userName: 'carol', path: '/ops/', tags: { owner: 'ops' }, keys: [{}, {}] });

  const opened = await run(0);
  const quiet = await run(1);
  account.sandbox.iam.deleteUser('carol');
  account.sandbox.iam.updateAccessKey('alice', alice.keys[1]?.accessKeyId ?? '', 'Inactive');
  const resolved = await run(2);
  fill();
  const large = await run(3);

  expect([opened, quiet, resolved, large].map(({ error, warnings }) => ({ error, warnings }))).toEqual(
    Array(4).fill({ error: undefined, warnings: [] }),
  );
  expect(opened.summary).toMatchObject({ findings: { opened: 2 }, alerts: { published: true } });
  expect(resolved.summary).toMatchObject({ findings: { resolved: 2 }, alerts: { published: true } });
  expect([...called].toSorted()).toEqual(CALLED.toSorted());
});

describe('without one permission, every run', () => {
  test.each(CALLED.filter((action) => !(action in CAN_DO_WITHOUT)))('fails: %s', async (action) => {
    account.user('alice', 400, 90);
    account.sandbox.policy = without(action);
    expect((await account.run()).error?.message).toMatch(/AccessDenied|AuthorizationError/);
  });

  test.each(Object.entries(CAN_DO_WITHOUT))('warns: %s', async (action, message) => {
    account.user('alice', 400, 90);
    if (action.endsWith('CredentialReport')) fill();
    account.sandbox.policy = without(action);
    const { error, warnings } = await account.run();
    expect(error).toBeUndefined();
    expect(warnings).toContainEqual(expect.objectContaining({ message }));
  });
});

describe('the policy denies', () => {
  const facts = { ...PLACE, pageSize: 3, now: () => new Date() };
  const isDenied = (service: ServiceName, operation: string, ...arns: string[]) => {
    const ask = () =>
      authorize(policy, { service, operation, input: {} }, { resources: () => arns, answer: () => ({}) }, facts);
    try {
      ask();
      return false;
    } catch {
      return true;
    }
  };

  test.each([
    ['iam', 'ListAccessKeys', "another account's user", 'arn:aws:iam::999999999999:user/alice'],
    ['iam', 'ListUserTags', 'a role', 'arn:aws:iam::111122223333:role/admin'],
    [
      'securityhub',
      'BatchImportFindings',
      'another product',
      'arn:aws:securityhub:eu-central-1:111122223333:product/acme/scanner',
    ],
    [
      'securityhub',
      'BatchImportFindings',
      "another account's product",
      'arn:aws:securityhub:eu-central-1:111122223333:product/999999999999/default',
    ],
    [
      'securityhub',
      'BatchImportFindings',
      'the product in another Region',
      'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default',
    ],
    [
      'securityhub',
      'GetFindings',
      'the hub of another Region',
      'arn:aws:securityhub:us-east-1:111122223333:hub/default',
    ],
    ['sns', 'Publish', 'another topic', 'arn:aws:sns:eu-central-1:111122223333:other'],
    [
      'sns',
      'Publish',
      "another account's topic of the same name",
      'arn:aws:sns:eu-central-1:999999999999:access-key-alerts',
    ],
  ] as const)('%s:%s on %s', (service, operation, _, arn) => {
    expect(isDenied(service, operation, arn)).toBe(true);
  });

  test.each(['UpdateAccessKey', 'DeleteAccessKey', 'CreateAccessKey', 'DeleteUser', 'GetUser'])(
    'iam:%s on any user',
    (operation) => {
      expect(isDenied('iam', operation, 'arn:aws:iam::111122223333:user/alice')).toBe(true);
    },
  );

  test('while what the check calls on this account is allowed', () => {
    expect(isDenied('iam', 'ListUsers')).toBe(false);
    expect(isDenied('iam', 'ListAccessKeys', 'arn:aws:iam::111122223333:user/ops/carol')).toBe(false);
    expect(isDenied('sns', 'Publish', PLACE.topicArn)).toBe(false);
  });
});

test('no action of the policy is a pattern', () => {
  expect(allowed.filter((action) => action.includes('*'))).toEqual([]);
});

/** So many users with one key that the credential report is worth its calls. */
function fill(): void {
  for (let i = 0; i < 1_000; i++) account.user(`user-${i}`, 100);
}

function without(action: string): PolicyDocument {
  const remaining = statements.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((name) => name !== action),
  }));
  return { ...policy, Statement: remaining.filter(({ Action }) => Action.length > 0) };
}
