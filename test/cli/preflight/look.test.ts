import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AwsError } from '../../sandbox/service.ts';
import { type PreflightAccount, startAccount } from './account.ts';
import { about, asked } from './asked.ts';
import { TOPIC } from './state.ts';

let account: PreflightAccount;

beforeAll(async () => {
  account = await startAccount();
});
beforeEach(() => {
  account.reset();
  vi.unstubAllEnvs();
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  account.close();
});

const context = { alertTopicArn: TOPIC, permissionsBoundary: 'bound' };

test.each([
  ['cloudformation:DescribeStacks', 'Stack'],
  ['cloudformation:DescribeStacks', 'CDK bootstrap'],
  ['cloudformation:DescribeStackResources', 'Alarms, queue'],
  ['securityhub:DescribeHub', 'Security Hub'],
  ['securityhub:GetFindings', 'Findings'],
  ['sns:GetTopicAttributes', 'Alert topic'],
  ['sns:ListSubscriptionsByTopic', 'Subscriptions'],
  ['cloudwatch:DescribeAlarms', 'Alarms'],
  ['cloudwatch:GetMetricData', 'Last run'],
  ['sqs:GetQueueAttributes', 'Failure queue'],
  ['iam:GetPolicy', 'Boundary'],
])('without %s, %s is a warning that names the permission', async (permission, name) => {
  account.denied.add(permission);
  expect(await about(name, { context })).toEqual([`warning: could not look: ${permission} is denied`]);
});

test('without any permission nothing but the settings is ok', async () => {
  account.state.topics[TOPIC] = { Policy: '{}', SubscriptionsConfirmed: '1' };
  await asked({ context });
  for (const call of account.calls) if (call !== 'sts:GetCallerIdentity') account.denied.add(call);
  const lines = await asked({ context });
  expect(lines.filter(({ level }) => level === 'ok').map((line) => line.about)).toEqual(['Settings']);
});

test('what denies is named where AWS names it', async () => {
  const message = 'User is not authorized to perform: iam:GetPolicy with an explicit deny in a service control policy';
  account.failing.set('iam:GetPolicy', new AwsError(403, 'AccessDenied', message));
  expect(await about('Boundary', { context })).toEqual([
    'warning: could not look: iam:GetPolicy is denied by a service control policy',
  ]);
});

test('throttling and failures of AWS are errors, since nothing was seen', async () => {
  account.failing.set('iam:GetPolicy', new AwsError(400, 'Throttling', 'Rate exceeded'));
  expect(await about('Boundary', { context })).toEqual(['error: could not look: AWS is throttling (Throttling)']);
  account.failing.set('iam:GetPolicy', new AwsError(500, 'ServiceFailure', 'sorry'));
  expect(await about('Boundary', { context })).toEqual(['error: could not look: ServiceFailureException: sorry']);
});

describe('nothing else is looked at', () => {
  const only = async (profile?: string) =>
    (await asked({ profile })).map(
      (line) => `${line.level} ${line.about}: ${line.says}${line.command ? ` | ${line.command}` : ''}`,
    );

  test.each([
    [
      'ExpiredToken',
      'The security token included in the request is expired',
      'Credentials: they have expired | aws sso login',
    ],
    [
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
      'Credentials: AWS does not accept them (InvalidClientTokenId) | aws configure list',
    ],
    [
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match',
      'Credentials: AWS does not accept them (SignatureDoesNotMatch) | aws configure list',
    ],
    [
      'SignatureDoesNotMatch',
      'Signature expired: 20261123T100000Z is now earlier than 20261123T115500Z',
      'Clock: this machine has the wrong time, so AWS refuses its requests',
    ],
    ['NotNamedYet', 'what', 'Credentials: AWS did not say whose they are: NotNamedYet: what'],
  ])('when AWS says %s: %s', async (code, message, says) => {
    account.failing.set('sts:GetCallerIdentity', new AwsError(403, code, message));
    expect(await only()).toEqual([`error ${says}`]);
  });

  test('when a policy denies the question, and whoever keeps it is to be asked', async () => {
    const message =
      'not authorized to perform: sts:GetCallerIdentity with an explicit deny in a service control policy';
    account.failing.set('sts:GetCallerIdentity', new AwsError(403, 'AccessDenied', message));
    expect(await asked()).toEqual([
      {
        ...{ level: 'error', about: 'Credentials' },
        says: 'sts:GetCallerIdentity is denied by a service control policy',
        todo: 'ask whoever looks after that service control policy to allow sts:GetCallerIdentity',
      },
    ]);
  });

  test('when the role of a profile may not be assumed', async () => {
    const message = 'User: x is not authorized to perform: sts:AssumeRole on resource: y';
    account.failing.set('sts:GetCallerIdentity', new AwsError(403, 'AccessDenied', message));
    expect(await asked()).toMatchObject([
      { says: `the role could not be assumed: ${message}`, todo: 'ask whoever keeps it for sts:AssumeRole' },
    ]);
  });

  test('without credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    expect(await only()).toEqual([
      'error Credentials: none that can be used: Could not load credentials from any providers | aws sso login',
    ]);
  });

  test('with a profile that does not exist', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_PROFILE', 'prod');
    expect(await only('prod')).toEqual([
      'error Credentials: there is no AWS profile "prod" in the AWS config and credentials files (none is there) | aws configure list-profiles',
    ]);
  });

  test('without a Region, or with a name that cannot be one', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    expect(await only()).toEqual([
      'error Region: none is set, and cdk would take us-east-1 | export AWS_REGION=eu-central-1',
    ]);
    vi.stubEnv('AWS_REGION', 'eu central');
    expect(await only()).toEqual([expect.stringMatching(/^error Region: Region not accepted: region="eu central"/)]);
  });

  test('without a network', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    expect(await only()).toEqual([
      'error Network: AWS could not be reached (ECONNREFUSED): connect ECONNREFUSED 127.0.0.1:9',
    ]);
  });
});
