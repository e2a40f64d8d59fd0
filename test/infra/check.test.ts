import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { only, SUBSCRIBED, synthesize } from './synthesize.ts';
import { waitsFor } from './waits-for.ts';

const { template } = synthesize();
const check = only(template, 'AWS::Lambda::Function');
const logs = only(template, 'AWS::Logs::LogGroup');
const queue = only(template, 'AWS::SQS::Queue');

test('the function runs on Node 24 and arm64, with fifteen minutes and 512 MB', () => {
  expect(check.properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    Timeout: 900,
    MemorySize: 512,
  });
});

test('it logs as JSON to a group of its own, which keeps 90 days and goes with the stack', () => {
  expect(check.properties).toMatchObject({ LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: logs.id } } });
  template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 90 }, DeletionPolicy: 'Delete' });
});

test('a failed run is not repeated, and its event is kept for two weeks in an encrypted queue', () => {
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: check.id },
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue.id, 'Arn'] } } },
  });
  template.hasResource('AWS::SQS::Queue', {
    Properties: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
    DeletionPolicy: 'Delete',
  });
});

test('the queue takes nothing without TLS', () => {
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    },
  });
});

test('the settings reach the function as the variables it reads', () => {
  const settings = { severity: 'HIGH', reminderDays: 1, rotationGraceDays: 2, unusedAfterDays: 3, sweep: 'live' };
  const chosen = synthesize({ ...SUBSCRIBED, ...settings });
  expect(only(chosen.template, 'AWS::Lambda::Function').properties.Environment).toEqual({
    Variables: {
      ALERT_TOPIC_ARN: { Ref: only(chosen.template, 'AWS::SNS::Topic').id },
      SEVERITY: 'HIGH',
      REMINDER_DAYS: '1',
      ROTATION_GRACE_DAYS: '2',
      UNUSED_AFTER_DAYS: '3',
      SWEEP: 'live',
    },
  });
});

test('the permissions for the credential report are there only if it may be used', () => {
  const live = synthesize({ ...SUBSCRIBED, sweep: 'live' });
  expect(JSON.stringify(template.toJSON())).toContain('iam:GetCredentialReport');
  expect(JSON.stringify(live.template.toJSON())).not.toContain('CredentialReport');
});

test('nobody may invoke the function by a policy of the function itself', () => {
  template.resourceCountIs('AWS::Lambda::Permission', 0);
  template.resourceCountIs('AWS::Lambda::Url', 0);
});

test('no role has a managed policy, so what they may do is all in the template', () => {
  template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
});

test('the check runs every day at 06:00 UTC, on the minute', () => {
  expect(only(template, 'AWS::Scheduler::Schedule').properties).toMatchObject({
    ScheduleExpression: 'cron(0 6 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
  });
});

test('schedule and time zone are those chosen', () => {
  const chosen = synthesize({ ...SUBSCRIBED, schedule: 'cron(30 7 ? * MON-FRI *)', timeZone: 'Europe/Berlin' });
  expect(only(chosen.template, 'AWS::Scheduler::Schedule').properties).toMatchObject({
    ScheduleExpression: 'cron(30 7 ? * MON-FRI *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
  });
});

test('it invokes the function, retries for six hours, and then leaves the event in the queue', () => {
  const target = only(template, 'AWS::Scheduler::Schedule').properties.Target;
  expect(target).toMatchObject({
    Arn: { 'Fn::GetAtt': [check.id, 'Arn'] },
    DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue.id, 'Arn'] } },
    RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 185 },
  });
});

describe('the first run, which a rate starts at once,', () => {
  const slack = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
  const everything = synthesize({ ...SUBSCRIBED, ...slack }).template;

  test('waits for everything else in the stack', () => {
    const { id } = only(everything, 'AWS::Scheduler::Schedule');
    expect(waitsFor(id, everything.toJSON().Resources).toSorted()).toEqual(
      Object.keys(everything.toJSON().Resources).toSorted(),
    );
  });

  test('and nothing else waits for it, so that there is no circle', () => {
    const { id } = only(everything, 'AWS::Scheduler::Schedule');
    const { [id]: _, ...others } = everything.toJSON().Resources;
    expect(JSON.stringify(others)).not.toContain(id);
  });
});

test('whoever lets it run every few minutes is warned that runs may overlap', () => {
  const warningsOf = (schedule: string) => synthesize({ ...SUBSCRIBED, schedule }).warnings;
  expect(warningsOf('rate(5 minutes)')).toEqual([expect.stringContaining('overlap')]);
  expect(warningsOf('cron(* * * * ? *)')).toEqual([expect.stringContaining('overlap')]);
  expect(warningsOf('rate(15 minutes)')).toEqual([]);
});
