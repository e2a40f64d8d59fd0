import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../sandbox/policy.ts';
import { lets, type ResourceStatement, resourcePolicies } from './resource-policies.ts';
import { type Place, rolePolicy } from './role-policy.ts';
import { only, SUBSCRIBED, synthesize } from './synthesize.ts';

const ROOT = new URL('../../', import.meta.url);
const PLACE: Place = {
  partition: '<partition>',
  region: '<region>',
  account: '<account>',
  topicArn: 'the alert topic',
};

const { template } = synthesize({ ...SUBSCRIBED, slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' });
const ROLES = {
  'lambda.amazonaws.com': { holder: 'the check', role: 'the role of the check' },
  'scheduler.amazonaws.com': { holder: 'the schedule', role: 'the role of the schedule' },
  'chatbot.amazonaws.com': { holder: 'members of the channel', role: 'the role of the Slack channel' },
};

const idOf = (type: string) => only(template, type).id;
const HERE = 'arn:<partition>:';
const NAMES: Readonly<Record<string, string>> = {
  [`${HERE}kms:<region>:<account>:key/${idOf('AWS::KMS::Key')}`]: 'the alert key',
  [`${HERE}sqs:<region>:<account>:${idOf('AWS::SQS::Queue')}`]: 'the failure queue',
  [`${HERE}logs:<region>:<account>:log-group:${idOf('AWS::Logs::LogGroup')}:*`]: 'the log group',
  [`${HERE}lambda:<region>:<account>:function:${idOf('AWS::Lambda::Function')}`]: 'the function',
};

const policiesOf = (type: string) => Object.values(resourcePolicies(template, type, PLACE)).flat();
const topic = policiesOf('AWS::SNS::TopicPolicy');
const key = policiesOf('AWS::KMS::Key');
const queue = policiesOf('AWS::SQS::QueuePolicy');
const trust = policiesOf('AWS::IAM::Role');

describe('docs/permissions.md', () => {
  const documented = readFileSync(new URL('docs/permissions.md', ROOT), 'utf8')
    .split('\n')
    .filter((line) => /^\|(?! Who|---)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const described = new Map(
    documented.map(([who, may, on, when, usedBy = '']) => [[who, may, on, when].join(' | '), usedBy]),
  );

  test('lists every permission of every principal that the template has, and no other', () => {
    const roles = Object.entries(ROLES).flatMap(([service, { holder }]) =>
      [rolePolicy(template, PLACE, service).Statement].flat().flatMap((statement) => rowsOf(holder, statement)),
    );
    const resources = [...topic, ...key, ...queue, ...trust].flatMap((statement) =>
      rowsOf(whoIn(statement), { ...statement, Resource: on(statement) }),
    );
    expect([...described.keys()].toSorted()).toEqual([...roles, ...resources].toSorted());
  });

  test('says for each what uses it', () => {
    expect([...described.values()].filter((usedBy) => usedBy.length < 20)).toEqual([]);
  });

  test('names, for each call of the code, a line of the code that makes it', () => {
    const named = [...described].flatMap(([row, usedBy]) => {
      const [, command, file] = /`(\w+)Command` in \[[^\]]+\]\(\.\.\/([^)]+)\)/.exec(usedBy) ?? [];
      return command && file ? [{ row, command, code: readFileSync(new URL(file, ROOT), 'utf8') }] : [];
    });
    for (const { row, command, code } of named) {
      expect(row).toContain(`:${command}\``);
      expect(code).toContain(`new ${command}Command(`);
    }
    const files = readdirSync(new URL('lambda/', ROOT), { recursive: true, encoding: 'utf8' });
    const calls = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(new URL(`lambda/${file}`, ROOT), 'utf8').matchAll(/new (\w+)Command\(/g)].map(
          ([, command]) => command,
        ),
      );
    expect(named.map(({ command }) => command).toSorted()).toEqual([...new Set(calls)].toSorted());
  });
});

describe('the policies of topic, key and roles', () => {
  const cloudwatch = (account: string) => ({
    by: 'cloudwatch.amazonaws.com',
    context: { 'aws:SourceAccount': account },
  });
  const stranger = 'arn:aws:iam::999999999999:root';

  test("let this account's alarms publish to the encrypted topic", () => {
    expect(lets(topic, { ...cloudwatch('<account>'), action: 'sns:Publish' })).toBe(true);
    expect(lets(key, { ...cloudwatch('<account>'), action: 'kms:GenerateDataKey' })).toBe(true);
    expect(lets(key, { ...cloudwatch('<account>'), action: 'kms:Decrypt' })).toBe(true);
  });

  test("do not let another account's alarms", () => {
    expect(lets(topic, { ...cloudwatch('999999999999'), action: 'sns:Publish' })).toBe(false);
    expect(lets(key, { ...cloudwatch('999999999999'), action: 'kms:GenerateDataKey' })).toBe(false);
  });

  test.each(['sns:Publish', 'sns:Subscribe', 'kms:Decrypt', 'sqs:SendMessage', 'sqs:ReceiveMessage', 'sts:AssumeRole'])(
    'do not let a stranger: %s',
    (action) => {
      const everything = [...topic, ...key, ...queue, ...trust];
      expect(lets(everything, { by: stranger, action })).toBe(false);
      expect(lets(everything, { by: 'events.amazonaws.com', action })).toBe(false);
    },
  );

  test('let nobody publish or queue anything without TLS', () => {
    const context = { 'aws:SourceAccount': '<account>', 'aws:SecureTransport': 'false' };
    expect(lets(topic, { by: 'cloudwatch.amazonaws.com', action: 'sns:Publish', context })).toBe(false);
    expect(lets(queue, { by: 'arn:<partition>:iam::<account>:root', action: 'sqs:SendMessage', context })).toBe(false);
  });

  test('let the scheduler assume its role for schedules of this account only', () => {
    const group = { 'aws:SourceArn': 'arn:<partition>:scheduler:<region>:<account>:schedule-group/default' };
    const assume = (account: string) =>
      lets(trust, {
        by: 'scheduler.amazonaws.com',
        action: 'sts:AssumeRole',
        context: { ...group, 'aws:SourceAccount': account },
      });
    expect(assume('<account>')).toBe(true);
    expect(assume('999999999999')).toBe(false);
  });

  test('leave the key to the account, so that it can be administered and deleted', () => {
    expect(lets(key, { by: 'arn:<partition>:iam::<account>:root', action: 'kms:ScheduleKeyDeletion' })).toBe(true);
  });
});

function rowsOf(who: string, { Effect, Action, Resource, Condition = {} }: PolicyStatement): string[] {
  const when = Object.values(Condition)
    .flatMap((keys) => Object.entries(keys))
    .map(([name, value]) => `\`${name}\` = \`${[...new Set([value].flat())].join('` or `')}\``)
    .join(', ');
  return [Action].flat().flatMap((action) =>
    [Resource].flat().map((resource) => {
      const may = `${Effect === 'Deny' ? '**not** ' : ''}\`${action}\``;
      return [who, may, nameOf(resource), when].join(' | ');
    }),
  );
}

function nameOf(resource: string): string {
  return NAMES[resource] ?? (/^arn:|^\*$/.test(resource) ? `\`${resource}\`` : resource);
}

function whoIn({ Principal }: ResourceStatement): string {
  if (Principal === '*' || Principal.AWS === '*') return 'anyone';
  return Principal.Service ? `\`${Principal.Service}\`` : 'the account';
}

/** What a resource's policy is about: the resource it hangs on, which key and trust policies do not name. */
function on(statement: ResourceStatement): string {
  if (key.includes(statement)) return 'the alert key';
  const found = Object.entries(ROLES).find(
    ([service]) => trust.includes(statement) && whoIn(statement).includes(service),
  );
  return found ? found[1].role : [statement.Resource].flat().join();
}
