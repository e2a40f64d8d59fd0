import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PreflightAccount, startAccount } from './account.ts';
import { about } from './asked.ts';
import { TOPIC } from './state.ts';

let account: PreflightAccount;
/** The only programs that can be started: what a test puts there as the AWS CLI. */
let bin: string;

beforeAll(async () => {
  account = await startAccount();
  bin = mkdtempSync(join(tmpdir(), 'preflight-'));
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
  vi.stubEnv('PATH', bin);
});
beforeEach(() => account.reset());
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
  account.close();
});

describe('an existing topic', () => {
  const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
  const POLICY = '{"Condition":{"StringEquals":{"AWS:SourceOwner":"111122223333"}}}';

  test.each([
    ['is fine', {}, {}, ['ok: there, with 1 confirmed subscriber']],
    [
      'is fine with its key',
      { KmsMasterKeyId: '1234abcd' },
      { alertTopicKeyArn: KEY },
      ['ok: there, with 1 confirmed subscriber'],
    ],
    [
      'cannot be used with the key of AWS',
      { KmsMasterKeyId: 'alias/aws/sns' },
      {},
      ['error: it is encrypted with alias/aws/sns, which no alarm can use'],
    ],
    [
      'needs its key to be named',
      { KmsMasterKeyId: KEY },
      {},
      [`error: it is encrypted with ${KEY}, which the check may not use`],
    ],
    [
      'needs the right key',
      { KmsMasterKeyId: '9999' },
      { alertTopicKeyArn: KEY },
      ['error: it is encrypted with 9999, and alertTopicKeyArn is another key'],
    ],
    [
      'may not need a key',
      {},
      { alertTopicKeyArn: KEY },
      ['warning: it is not encrypted, yet alertTopicKeyArn is given'],
    ],
    [
      'should let alarms publish',
      { Policy: '{}' },
      {},
      ['warning: its policy does not name cloudwatch.amazonaws.com, so alarms may not reach it'],
    ],
    ['should have a subscriber', { SubscriptionsConfirmed: '0' }, {}, ['warning: it has no confirmed subscriber']],
  ])('%s', async (_, attributes, more, expected) => {
    account.state.topics[TOPIC] = { Policy: POLICY, SubscriptionsConfirmed: '1', ...attributes };
    expect(await about('Alert topic', { context: { alertTopicArn: TOPIC, ...more } })).toEqual(expected);
  });

  test('without a confirmed subscriber is fine when the deployment subscribes one', async () => {
    account.state.topics[TOPIC] = { Policy: POLICY, SubscriptionsConfirmed: '0' };
    const context = { alertTopicArn: TOPIC, alertEmails: 'a@example.com' };
    expect(await about('Alert topic', { context })).toEqual(['ok: there, with 0 confirmed subscribers']);
    expect(await about('Settings', { context })).toEqual([
      `ok: cron(0 6 * * ? *) UTC; alerts to a@example.com, ${TOPIC}`,
    ]);
  });

  test('of another account must let this one subscribe whoever is in the settings', async () => {
    const theirs = TOPIC.replace('111122223333', '999999999999');
    const policy = (action: string) => `{"Action":"${action}","Principal":{"Service":"cloudwatch.amazonaws.com"}}`;
    const ask = (policyOfTheirs: string, more: Record<string, string>) => {
      account.state.topics[theirs] = { Policy: policyOfTheirs, SubscriptionsConfirmed: '1' };
      return about('Alert topic', { context: { alertTopicArn: theirs, ...more } });
    };
    const emails = { alertEmails: 'a@example.com' };
    expect(await ask(policy('sns:Publish'), emails)).toEqual([
      'warning: its policy does not name sns:Subscribe, so deploying from this account may fail',
    ]);
    expect(await ask(policy('sns:Subscribe'), emails)).toEqual(['ok: there, with 1 confirmed subscriber']);
    expect(await ask(policy('sns:Publish'), {})).toEqual(['ok: there, with 1 confirmed subscriber']);
  });

  test('that is not there, or in another Region, is an error', async () => {
    expect(await about('Alert topic', { context: { alertTopicArn: TOPIC } })).toEqual([
      `error: there is no topic ${TOPIC}`,
    ]);
    const elsewhere = TOPIC.replace('eu-central-1', 'us-east-1');
    expect(await about('Alert topic', { context: { alertTopicArn: elsewhere } })).toEqual([
      'error: it is in us-east-1, and alarms in eu-central-1 cannot publish to it',
    ]);
  });
});

describe('a Slack workspace, asked through the AWS CLI,', () => {
  test('is fine when it is authorized', async () => {
    awsCliSays(0, JSON.stringify({ SlackWorkspaces: account.state.workspaces }));
    expect(await slack()).toBe('ok: the workspace example is authorized');
  });

  test.each([
    ['[]', 'error: the workspace T0123ABCDEF is not authorized in this account'],
    [
      '[{"SlackTeamId":"T0123ABCDEF","SlackTeamName":"a","State":"DISABLED"}]',
      'error: the workspace a is disabled by a policy of the organization',
    ],
    ['[{}]', 'error: could not look: AnswerError: AWS answered without SlackTeamId'],
  ])('is an error when the answer is %s', async (workspaces, says) => {
    awsCliSays(0, `{"SlackWorkspaces":${workspaces}}`);
    expect(await slack()).toBe(says);
  });

  test('is a warning when that is denied, or when there is no AWS CLI', async () => {
    awsCliSays(254, 'An error occurred (AccessDeniedException) when calling the DescribeSlackWorkspaces operation: no');
    expect(await slack()).toBe('warning: could not look: chatbot:DescribeSlackWorkspaces is denied');
    rmSync(join(bin, 'aws'));
    expect(await slack()).toBe(
      'warning: could not look: there is no AWS CLI here to ask about the workspace T0123ABCDEF',
    );
  });

  test('is an error when it fails in any other way', async () => {
    awsCliSays(255, 'Could not connect to the endpoint URL: "https://chatbot.us-east-2.amazonaws.com/"');
    expect(await slack()).toBe('error: could not look: AWS could not be reached (no connection)');
    awsCliSays(0, 'not JSON');
    expect(await slack()).toMatch(/^error: could not look: AwsCliError: the AWS CLI answered/);
  });

  async function slack(): Promise<string | undefined> {
    const context = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
    return (await about('Slack', { context }))[0];
  }
});

function awsCliSays(status: number, text: string): void {
  const stream = status === 0 ? 'stdout' : 'stderr';
  const program = `process.${stream}.write(${JSON.stringify(text)}); process.exitCode = ${status};`;
  writeFileSync(join(bin, 'aws'), `#!${process.execPath}\n${program}\n`);
  chmodSync(join(bin, 'aws'), 0o755);
}
