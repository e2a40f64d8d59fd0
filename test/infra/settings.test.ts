import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../infra/settings.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alerts';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const DEFAULTS = {
  alertEmails: [],
  schedule: { expression: 'cron(0 6 * * ? *)', timeZone: 'UTC', longestGapHours: 24, mayOverlap: false },
  check: { severity: 'MEDIUM', reminderDays: 7, rotationGraceDays: 0, unusedAfterDays: 14, sweep: 'auto' },
  securityHubInsight: true,
};

test('without any setting there are defaults, and no subscriber', () => {
  expect(parseSettings({})).toEqual(DEFAULTS);
});

describe('a good value', () => {
  test.each([
    [{ alertEmails: 'a@example.com' }, { alertEmails: ['a@example.com'] }],
    [
      { alertEmails: "o'neil+aws@mail.example.co.uk, b@example.com" },
      { alertEmails: ["o'neil+aws@mail.example.co.uk", 'b@example.com'] },
    ],
    [{ alertEmails: ['a@example.com', 'b@example.com'] }, { alertEmails: ['a@example.com', 'b@example.com'] }],
    [
      { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' },
      { slack: { workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' } },
    ],
    [
      { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'G0123ABCDEF' },
      { slack: { workspaceId: 'T0123ABCDEF', channelId: 'G0123ABCDEF' } },
    ],
    [{ alertTopicArn: TOPIC }, { alertTopic: { arn: TOPIC, region: 'eu-central-1' } }],
    [
      { alertTopicArn: TOPIC, alertTopicKeyArn: KEY },
      { alertTopic: { arn: TOPIC, region: 'eu-central-1', keyArn: KEY } },
    ],
    [
      { alertTopicArn: TOPIC, alertEmails: 'a@example.com' },
      { alertTopic: { arn: TOPIC, region: 'eu-central-1' }, alertEmails: ['a@example.com'] },
    ],
    [
      { alertTopicArn: TOPIC, slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' },
      {
        alertTopic: { arn: TOPIC, region: 'eu-central-1' },
        slack: { workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' },
      },
    ],
    [
      { schedule: 'rate(12 hours)' },
      { schedule: { ...DEFAULTS.schedule, expression: 'rate(12 hours)', longestGapHours: 12 } },
    ],
    [
      { timeZone: 'Europe/Berlin' },
      { schedule: { ...DEFAULTS.schedule, timeZone: 'Europe/Berlin', longestGapHours: 25 } },
    ],
    [{ permissionsBoundary: 'boundary' }, { permissionsBoundary: 'boundary' }],
    [{ permissionsBoundary: 'a'.repeat(128) }, { permissionsBoundary: 'a'.repeat(128) }],
    [{ securityHubInsight: 'false' }, { securityHubInsight: false }],
    [{ securityHubInsight: true }, { securityHubInsight: true }],
  ])('%j is understood', (context, expected) => {
    expect(parseSettings(context)).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each([
    [{ severity: 'CRITICAL' }],
    [{ severity: 'INFORMATIONAL' }],
    [{ reminderDays: 0 }],
    [{ reminderDays: 3650 }],
    [{ rotationGraceDays: 0 }],
    [{ rotationGraceDays: 30 }],
    [{ unusedAfterDays: 1 }],
    [{ unusedAfterDays: 90 }],
    [{ sweep: 'live' }],
  ])('%j reaches the function, as text or as JSON', (context) => {
    const asText = Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));
    expect(parseSettings(context)).toEqual({ ...DEFAULTS, check: { ...DEFAULTS.check, ...context } });
    expect(parseSettings(asText)).toEqual(parseSettings(context));
  });
});

test('what the CDK keeps in its context is none of our business', () => {
  const context = {
    '@aws-cdk/core:enablePartitionLiterals': true,
    'aws:cdk:bundling-stacks': [],
    'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a'],
    'acknowledged-issue-numbers': [34892],
    'cli-telemetry': false,
  };
  expect(parseSettings(context)).toEqual(DEFAULTS);
});
