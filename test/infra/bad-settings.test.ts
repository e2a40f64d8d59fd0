import { describe, expect, test } from 'vitest';
import { parseSettings, SettingsError, takenByNpm } from '../../infra/settings.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alerts';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('a bad value is named with what is allowed', () => {
  const emails = 'give email addresses separated by commas, each once, like security@example.com,ops@example.com';
  const workspace = 'give the id of a Slack workspace, like T0123ABCDEF';
  const channel = 'give the id (not the name) of a Slack channel, like C0123ABCDEF';
  const boundary = 'give the name (not the ARN) of a managed policy in the account';
  test.each([
    [{ alertEmails: '' }, `alertEmails is "": an address is empty; ${emails}`],
    [{ alertEmails: 'nobody' }, `alertEmails is "nobody": "nobody" is no email address; ${emails}`],
    [
      { alertEmails: 'a@example.com, b@localhost' },
      `alertEmails is "a@example.com, b@localhost": "b@localhost" is no email address; ${emails}`,
    ],
    [{ alertEmails: 'a@example.com,' }, `alertEmails is "a@example.com,": an address is empty; ${emails}`],
    [
      { alertEmails: 'a@example.com,A@example.com' },
      `alertEmails is "a@example.com,A@example.com": "A@example.com" is there twice; ${emails}`,
    ],
    [{ slackWorkspaceId: 'acme', slackChannelId: 'C0123ABCDEF' }, `slackWorkspaceId is "acme": ${workspace}`],
    [{ slackWorkspaceId: 'T0123ABCDEF', slackChannelId: '#alerts' }, `slackChannelId is "#alerts": ${channel}`],
    [
      { slackWorkspaceId: 'T0123ABCDEF' },
      'slackWorkspaceId is "T0123ABCDEF", and slackChannelId is not set: give both or neither',
    ],
    [
      { slackChannelId: 'C0123ABCDEF' },
      'slackChannelId is "C0123ABCDEF", and slackWorkspaceId is not set: give both or neither',
    ],
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
      `alertTopicKeyArn is "${KEY}", and alertTopicArn is not set: give the topic that this is the key of, or neither`,
    ],
    [
      { alertTopicArn: TOPIC, alertTopicKeyArn: KEY.replace('eu-central-1', 'eu-west-1') },
      `alertTopicKeyArn is "${KEY.replace('eu-central-1', 'eu-west-1')}": give the key of the topic, which is in the topic's own Region and so begins with arn:aws:kms:eu-central-1:`,
    ],
    [
      { alertTopicArn: TOPIC, alertTopicKeyArn: KEY.replace('arn:aws:', 'arn:aws-cn:') },
      `alertTopicKeyArn is "${KEY.replace('arn:aws:', 'arn:aws-cn:')}": give the key of the topic, which is in the topic's own Region and so begins with arn:aws:kms:eu-central-1:`,
    ],
    [
      { schedule: 'cron(0 6 ? * MON *)' },
      'schedule is "cron(0 6 ? * MON *)": it pauses for 7 days in UTC, and the check must run at least once in 6 days, as no alarm could watch less',
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
    /^bad settings, nothing was synthesized:\n- schedule is "daily": give cron\(.+ at least once in 6 days, as no alarm could watch less$/,
  );
});

test('all problems are named at once', () => {
  const context = { severity: 'URGENT', reminderDays: 'soon', timeZone: 'Mars/Olympus', slackChannelId: 'alerts' };
  expect(() => parseSettings(context)).toThrow(
    /\n- slackChannelId is "alerts".+\n- timeZone is "Mars\/Olympus".+\n- severity is "URGENT".+\n- reminderDays is "soon".+\n- slackChannelId is "alerts", and slackWorkspaceId is not set/,
  );
});

describe('a name that is no setting is an error, so that a misspelled one is not ignored:', () => {
  test.each([
    'alert-emails',
    'alert_emails',
    'alertemails',
    'AlertEmails',
    'alert.emails',
    'alert emails',
    'alertEmail',
  ])('%s, which is told the right one', (name) => {
    expect(() => parseSettings({ [name]: 'a@example.com' })).toThrow(
      new SettingsError([`${name} is "a@example.com", but no setting has that name: did you mean alertEmails?`]),
    );
  });

  test('another, which is told all there are', () => {
    expect(() => parseSettings({ region: { name: 'eu-central-1' } })).toThrow(
      '- region is "{\\"name\\":\\"eu-central-1\\"}", but no setting has that name: the settings are alertEmails, slackWorkspaceId,',
    );
  });
});

test.each([
  [{ npm_config_call: 'alertEmails=a@example.com' }, ['alertEmails=a@example.com']],
  [{ npm_config_context: 'severity=HIGH' }, ['severity=HIGH']],
  [{ npm_config_call: 'FOO=bar npm run deploy', npm_config_context: 'true' }, []],
  [{}, []],
])('a setting that npm takes for itself, as -- was forgotten before it, is a problem: %j', (env, taken) => {
  expect(takenByNpm(env)).toEqual(
    taken.map((setting) => `npm took -c ${setting} for itself: write -- before the first -c`),
  );
});
