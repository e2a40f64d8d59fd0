import { describe, expect, test } from 'vitest';
import { parseSettings, SettingsError } from '../../infra/settings.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alerts';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const DEFAULTS = {
  alertEmails: [],
  schedule: { expression: 'cron(0 6 * * ? *)', timeZone: 'UTC', longestGapHours: 24 },
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
      { schedule: 'rate(12 hours)' },
      { schedule: { expression: 'rate(12 hours)', timeZone: 'UTC', longestGapHours: 12 } },
    ],
    [
      { timeZone: 'Europe/Berlin' },
      { schedule: { expression: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlin', longestGapHours: 25 } },
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

describe('a bad value is named with what is allowed', () => {
  const emails = 'give email addresses separated by commas, each once, like security@example.com,ops@example.com';
  const workspace = 'give the id of a Slack workspace, like T0123ABCDEF';
  const channel = 'give the id (not the name) of a Slack channel, like C0123ABCDEF';
  const boundary = 'give the name (not the ARN) of a managed policy in the account';
  test.each([
    [{ alertEmails: '' }, `alertEmails is "": ${emails}`],
    [{ alertEmails: 'nobody' }, `alertEmails is "nobody": ${emails}`],
    [{ alertEmails: 'a@localhost' }, `alertEmails is "a@localhost": ${emails}`],
    [{ alertEmails: 'a@example.com,' }, `alertEmails is "a@example.com,": ${emails}`],
    [{ alertEmails: 'a@example.com;b@example.com' }, `alertEmails is "a@example.com;b@example.com": ${emails}`],
    [{ alertEmails: 'a@example.com,A@example.com' }, `alertEmails is "a@example.com,A@example.com": ${emails}`],
    [{ slackWorkspaceId: 'acme', slackChannelId: 'C0123ABCDEF' }, `slackWorkspaceId is "acme": ${workspace}`],
    [{ slackWorkspaceId: 'T0123ABCDEF', slackChannelId: '#alerts' }, `slackChannelId is "#alerts": ${channel}`],
    [{ slackWorkspaceId: 'T0123ABCDEF' }, 'slackWorkspaceId and slackChannelId belong together: give both or neither'],
    [{ slackChannelId: 'C0123ABCDEF' }, 'slackWorkspaceId and slackChannelId belong together: give both or neither'],
    [
      { alertTopicArn: `${TOPIC}.fifo` },
      `alertTopicArn is "${TOPIC}.fifo": give the ARN of a standard (not FIFO) SNS topic, like ${TOPIC}`,
    ],
    [
      { alertTopicArn: TOPIC, alertTopicKeyArn: 'alias/aws/sns' },
      'alertTopicKeyArn is "alias/aws/sns": give the ARN of a KMS key (not of an alias), like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ],
    [
      { alertTopicKeyArn: KEY },
      'alertTopicKeyArn is the key of an existing topic: give alertTopicArn as well, or neither',
    ],
    [
      { alertTopicArn: TOPIC, alertTopicKeyArn: KEY.replace('eu-central-1', 'eu-west-1') },
      "alertTopicKeyArn is in aws eu-west-1: the key of a topic is in the topic's Region, aws eu-central-1",
    ],
    [
      { alertTopicArn: TOPIC, alertEmails: 'a@example.com' },
      'alertEmails: an existing topic (alertTopicArn) has its own subscribers, add them there',
    ],
    [
      { timeZone: 'Berlin' },
      'timeZone is "Berlin": give a time zone of the IANA database as it is spelled there, like UTC or Europe/Berlin',
    ],
    [{ severity: 'medium' }, 'severity is "medium": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL'],
    [{ reminderDays: -1 }, 'reminderDays is "-1": give a whole number of days from 0 to 3650'],
    [{ reminderDays: 3651 }, 'reminderDays is "3651": give a whole number of days from 0 to 3650'],
    [{ rotationGraceDays: 1.5 }, 'rotationGraceDays is "1.5": give a whole number of days from 0 to 3650'],
    [{ sweep: 'never' }, 'sweep is "never": give one of auto, live'],
    [{ unusedAfterDays: 0 }, 'unusedAfterDays is "0": give a whole number of days from 1 to 3650'],
    [
      { permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary' },
      `permissionsBoundary is "arn:aws:iam::111122223333:policy/boundary": ${boundary}`,
    ],
    [{ permissionsBoundary: 'a'.repeat(129) }, `permissionsBoundary is "${'a'.repeat(129)}": ${boundary}`],
    [{ securityHubInsight: 'yes' }, 'securityHubInsight is "yes": give true or false'],
    [{ securityHubInsight: null }, 'securityHubInsight is "null": give true or false'],
  ])('%j', (context, problem) => {
    expect(() => parseSettings(context)).toThrow(new SettingsError([problem]));
  });
});

test('a schedule that is wrong is named with what a schedule may be', () => {
  expect(() => parseSettings({ schedule: 'daily' })).toThrow(
    /^bad settings, nothing was synthesized:\n- schedule is "daily": give cron\(.+ at least once in 6 days, .+ every 15 minutes$/,
  );
});

test('all problems are named at once', () => {
  const context = { severity: 'URGENT', reminderDays: 'soon', timeZone: 'Mars/Olympus', slackChannelId: 'alerts' };
  expect(() => parseSettings(context)).toThrow(
    /\n- slackChannelId is "alerts".+\n- timeZone is "Mars\/Olympus".+\n- severity is "URGENT".+\n- reminderDays is "soon".+\n- slackWorkspaceId and slackChannelId belong together/,
  );
});

test('a name that is no setting is an error, so that a misspelled one is not ignored', () => {
  expect(() => parseSettings({ alertEmail: 'a@example.com' })).toThrow(
    '- alertEmail is not a setting: the settings are alertEmails, slackWorkspaceId,',
  );
});

test('what the CDK keeps in its context is none of our business', () => {
  expect(parseSettings({ '@aws-cdk/core:enablePartitionLiterals': true, 'aws:cdk:bundling-stacks': [] })).toEqual(
    DEFAULTS,
  );
});
