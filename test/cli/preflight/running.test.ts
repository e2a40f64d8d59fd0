import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PreflightAccount, startAccount } from './account.ts';
import { about, asked, remedy } from './asked.ts';
import { hoursAgo, TOPIC } from './state.ts';

let account: PreflightAccount;

beforeAll(async () => {
  account = await startAccount();
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
});
beforeEach(() => account.reset());
afterAll(() => {
  vi.unstubAllEnvs();
  account.close();
});

test('a check that works has only lines that are ok, and no advice', async () => {
  const lines = await asked();
  expect(lines.filter(({ level, todo }) => level !== 'ok' || todo !== undefined)).toEqual([]);
  expect(lines.map((line) => line.about)).toEqual([
    ...['Settings', 'CDK bootstrap', 'Security Hub'],
    ...['Stack', 'Subscriptions', 'Last run', 'Findings', 'Alarms', 'Failure queue'],
  ]);
});

test('only operations that read are ever called', async () => {
  account.state.topics[TOPIC] = { Policy: '{}', SubscriptionsConfirmed: '1' };
  await asked({ context: { alertTopicArn: TOPIC, permissionsBoundary: 'bound' } });
  expect(account.calls.length).toBeGreaterThan(10);
  expect(account.calls.filter((call) => !/:(Get|List|Describe)/.test(call))).toEqual([]);
});

describe('the stack', () => {
  const DEPLOY = 'npm run deploy -- -c alertEmails=security@example.com';

  test('that is not deployed is what is expected before deploying, and the command is the one to deploy with', async () => {
    delete account.state.stacks.AccessKeyCheck;
    const question = { given: ['alertEmails=security@example.com'] };
    expect(await about('Stack', question)).toEqual(['ok: AccessKeyCheck is not deployed in eu-central-1 yet']);
    expect(await remedy('Stack', question)).toContain(`| ${DEPLOY}`);
    expect((await asked()).map((line) => line.about)).not.toContain('Alarms');
  });

  test('that is not deployed is an error for whoever says that it must be', async () => {
    expect(await about('Stack', { mustBeDeployed: true, stackName: 'Other' })).toEqual([
      'error: Other is not deployed in eu-central-1',
    ]);
  });

  test.each([
    ['CREATE_COMPLETE', 'ok', true],
    ['REVIEW_IN_PROGRESS', 'ok', false],
    ['CREATE_IN_PROGRESS', 'warning', false],
    ['UPDATE_IN_PROGRESS', 'warning', true],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning', true],
    ['UPDATE_ROLLBACK_FAILED', 'error', true],
    ['ROLLBACK_COMPLETE', 'error', false],
    ['CREATE_FAILED', 'error', false],
    ['DELETE_FAILED', 'error', false],
  ])('in state %s is %s, and whether there is a check to look at: %s', async (status, level, isThere) => {
    const outputs = { CheckFunctionName: 'f', AlertTopicArn: TOPIC };
    account.state.stacks.AccessKeyCheck = { status, createdAt: hoursAgo(99), outputs };
    const lines = await asked();
    expect(lines.find((line) => line.about === 'Stack')?.level).toBe(level);
    expect(lines.some((line) => line.about === 'Failure queue')).toBe(isThere);
  });
});

test('a stack that could not be created is to be understood first, then removed, then deployed again', async () => {
  account.state.stacks.AccessKeyCheck = { status: 'ROLLBACK_COMPLETE', createdAt: hoursAgo(9), outputs: {} };
  const place = { profile: 'audit', region: 'eu-central-1' };
  expect(await remedy('Stack', place)).toMatch(
    /with the third \| aws cloudformation describe-stack-events .*\nnpx cdk destroy (--profile=audit --region=eu-central-1)\nnpm run deploy -- \1$/,
  );
  account.state.stacks.Other = account.state.stacks.AccessKeyCheck;
  expect(await remedy('Stack', { stackName: 'Other' })).toContain(
    '\naws cloudformation delete-stack --stack-name=Other --region=eu-central-1\n',
  );
});

test.each([
  ['Subscriptions', () => Object.assign(account.state, { resources: {} })],
  ['Failure queue', () => Object.assign(account.state, { messages: undefined })],
  ['Alarms', () => account.state.alarms.pop()],
  ['Alarms', () => Object.assign(account.state.alarms[0] ?? {}, { actions: false })],
])(
  'what was deleted or changed by hand is brought back by a deployment that reverts drift: %s',
  async (name, change) => {
    change();
    expect(await remedy(name, { given: ['alertEmails=security@example.com'] })).toMatch(
      / \| npm run deploy -- --revert-drift -c alertEmails=security@example\.com$/,
    );
  },
);

describe('subscriptions', () => {
  const pending = (Protocol: string, Endpoint: string) => ({
    Protocol,
    Endpoint,
    SubscriptionArn: 'PendingConfirmation',
  });

  test('that are confirmed are named; those who unsubscribed are not counted', async () => {
    expect(await about('Subscriptions')).toEqual([
      'ok: 2 confirmed: security@example.com, sqs arn:aws:sqs:eu-central-1:111122223333:alerts',
    ]);
  });

  test('that wait are a warning beside confirmed ones, and an error alone', async () => {
    const says = 'new@example.com is not confirmed and hears nothing';
    account.state.subscriptions.push(pending('email', 'new@example.com'));
    expect(await about('Subscriptions')).toEqual([expect.stringMatching(/^ok: 2 confirmed/), `warning: ${says}`]);
    account.state.subscriptions = [pending('email', 'new@example.com')];
    expect(await about('Subscriptions')).toEqual([`error: ${says}`]);
    expect(await remedy('Subscriptions')).toBe(
      'follow the link in the mail from AWS Notifications; it lives for two days, and this sends a new one | ' +
        `aws sns subscribe --topic-arn=${TOPIC} --protocol=email --notification-endpoint=new@example.com --region=eu-central-1`,
    );
  });

  test('cannot end the command in which they are named', async () => {
    account.state.subscriptions = [pending('https', "https://example.com/'; rm -rf /'")];
    expect(await remedy('Subscriptions')).toContain(
      "--notification-endpoint='https://example.com/'\\''; rm -rf /'\\'''",
    );
  });

  test('that do not exist are an error, and so is a topic that does not', async () => {
    account.state.subscriptions = [];
    expect(await about('Subscriptions')).toEqual(['error: nobody is subscribed: alerts and alarms reach nobody']);
    account.state.resources = {};
    expect(await about('Subscriptions')).toEqual([
      `error: there is no topic ${TOPIC} any more, so alerts reach nobody`,
    ]);
  });
});

describe('the failure queue', () => {
  test.each([
    [0, 'ok: empty'],
    [1, 'error: 1 event in it: scheduled runs that failed or never came'],
    [undefined, 'error: it was deleted, so runs that fail leave nothing behind'],
  ])('with %s events', async (messages, says) => {
    account.state.messages = messages;
    expect(await about('Failure queue')).toEqual([says]);
  });
});

describe('alarms', () => {
  const alarm = (changes: object) => Object.assign(account.state.alarms[0] ?? {}, changes);

  test.each([
    ['that are quiet', {}, 'ok: all 3 are quiet'],
    ['in ALARM', { state: 'ALARM' }, 'error: RunFailed is in ALARM since 2026-11-23 07:00 UTC'],
    [
      'without data',
      { state: 'INSUFFICIENT_DATA' },
      'warning: RunFailed has no data yet (INSUFFICIENT_DATA since 2026-11-23 07:00 UTC)',
    ],
    ['that are turned off', { actions: false }, 'warning: RunFailed is turned off or tells nobody'],
    ['that were deleted', { name: 'other' }, 'error: RunFailed was deleted, so nobody is told'],
  ])('%s', async (_, changes, says) => {
    alarm(changes);
    expect(await about('Alarms')).toEqual([says]);
  });

  test('are named alike where the template for organizations named them', async () => {
    const [alarm] = account.state.alarms;
    account.state.resources = { 'AWS::CloudWatch::Alarm AlarmsRunFailed': alarm?.name ?? '' };
    Object.assign(alarm ?? {}, { state: 'ALARM' });
    expect(await about('Alarms')).toEqual(['error: RunFailed is in ALARM since 2026-11-23 07:00 UTC']);
  });

  test('tell in their own words what it means and what to do', async () => {
    alarm({ state: 'ALARM' });
    expect(await remedy('Alarms')).toBe('Impact: something is missing. What to do: docs/runbook.md#a-run-failed | ');
  });
});
