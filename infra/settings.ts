import { type CheckSettings, read, readSettings, SETTINGS, type Setting, TOPIC } from '../lambda/config.ts';
import { type Schedule, scheduleIn, TIME_ZONE } from './schedule-setting.ts';

/** Everything an owner can choose when deploying, checked. */
export interface Settings {
  readonly alertEmails: readonly string[];
  readonly slack?: SlackChannel;
  /** Alerts go to this topic instead of one of the stack's own. */
  readonly alertTopic?: ExistingTopic;
  readonly schedule: Schedule;
  /** What the function is told through its environment. */
  readonly check: CheckSettings;
  /** The name of the managed policy that bounds every role. */
  readonly permissionsBoundary?: string;
  /** Whether to save an insight in Security Hub, which fails to deploy where Security Hub is not enabled. */
  readonly securityHubInsight: boolean;
}

/** A Slack channel by the ids that Slack itself gives. */
export interface SlackChannel {
  readonly workspaceId: string;
  readonly channelId: string;
}

/** A topic that is not ours, and the key it is encrypted with. */
export interface ExistingTopic {
  readonly arn: string;
  readonly region: string;
  readonly keyArn?: string;
}

/** The settings are wrong; the message names every problem at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(problems: readonly string[]) {
    super(`bad settings, nothing was synthesized:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

const EMAIL =
  /^[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

const EMAILS: Setting<readonly string[]> = {
  fallback: [],
  allowed: 'email addresses separated by commas, each once, like security@example.com,ops@example.com',
  parse: (text) => {
    const emails = text.split(',').map((email) => email.trim());
    const isUnique = new Set(emails.map((email) => email.toLowerCase())).size === emails.length;
    return isUnique && emails.every((email) => EMAIL.test(email)) ? emails : undefined;
  },
};

const WORKSPACE = matching(/^T[A-Z0-9]{5,20}$/, 'the id of a Slack workspace, like T0123ABCDEF');
const CHANNEL = matching(/^[CG][A-Z0-9]{5,20}$/, 'the id (not the name) of a Slack channel, like C0123ABCDEF');
const KEY = matching(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/,
  'the ARN of a KMS key (not of an alias), like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
);
const BOUNDARY = matching(/^[\w+=,.@-]{1,128}$/, 'the name (not the ARN) of a managed policy in the account');
const INSIGHT: Setting<boolean> = {
  fallback: true,
  allowed: 'true or false',
  parse: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
};

const NAMES: readonly string[] = [
  ...['alertEmails', 'slackWorkspaceId', 'slackChannelId', 'alertTopicArn', 'alertTopicKeyArn', 'schedule', 'timeZone'],
  ...[...Object.keys(SETTINGS), 'permissionsBoundary', 'securityHubInsight'],
];

/**
 * Reads the settings from CDK context (`cdk.json` or `-c name=value`). Keys that belong to the CDK itself are skipped.
 * @throws SettingsError naming each wrong value and what is allowed, each name that is no setting, and what the caller found
 */
export function parseSettings(context: Readonly<Record<string, unknown>>, found: readonly string[] = []): Settings {
  const unknown = Object.keys(context).filter((name) => /^\w+$/.test(name) && !NAMES.includes(name));
  const problems = [
    ...found,
    ...unknown.map((name) => `${name} is not a setting: the settings are ${NAMES.join(', ')}`),
  ];
  const setting = <T>(name: string, rule: Setting<T>): T => read(name, rule, textOf(context[name]), problems);

  const alertEmails = setting('alertEmails', EMAILS);
  const workspaceId = setting('slackWorkspaceId', WORKSPACE);
  const channelId = setting('slackChannelId', CHANNEL);
  const topic = setting('alertTopicArn', TOPIC);
  const keyArn = setting('alertTopicKeyArn', KEY);
  const schedule = setting('schedule', scheduleIn(setting('timeZone', TIME_ZONE)));
  const permissionsBoundary = setting('permissionsBoundary', BOUNDARY);
  const securityHubInsight = setting('securityHubInsight', INSIGHT);
  const check = readSettings(setting);

  problems.push(...conflicts(context));
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    ...{ alertEmails, schedule, check, securityHubInsight },
    ...(workspaceId && channelId && { slack: { workspaceId, channelId } }),
    ...(topic && { alertTopic: { ...topic, ...(keyArn && { keyArn }) } }),
    ...(permissionsBoundary && { permissionsBoundary }),
  };
}

/** What is wrong with settings that are fine one by one. */
function conflicts(context: Readonly<Record<string, unknown>>): string[] {
  const has = (name: string) => context[name] !== undefined;
  const problems: string[] = [];
  if (has('slackWorkspaceId') !== has('slackChannelId'))
    problems.push('slackWorkspaceId and slackChannelId belong together: give both or neither');
  if (has('alertTopicKeyArn') && !has('alertTopicArn'))
    problems.push('alertTopicKeyArn is the key of an existing topic: give alertTopicArn as well, or neither');
  const subscribers = ['alertEmails', 'slackChannelId'].filter(has);
  if (has('alertTopicArn') && subscribers.length > 0)
    problems.push(
      `${subscribers.join(' and ')}: an existing topic (alertTopicArn) has its own subscribers, add them there`,
    );
  const [topicPlace, keyPlace] = [placeOf(context.alertTopicArn), placeOf(context.alertTopicKeyArn)];
  if (topicPlace && keyPlace && topicPlace !== keyPlace)
    problems.push(`alertTopicKeyArn is in ${keyPlace}: the key of a topic is in the topic's Region, ${topicPlace}`);
  return problems;
}

/** The partition and Region of an ARN. */
function placeOf(arn: unknown): string | undefined {
  return /^arn:([a-z-]+):[a-z]+:([a-z0-9-]+):/.exec(String(arn))?.slice(1).join(' ');
}

/** Context is text on the command line, but may be any JSON in `cdk.json`. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(String).join(',');
  return JSON.stringify(value);
}

function matching(pattern: RegExp, allowed: string): Setting<string | undefined> {
  return { fallback: undefined, allowed, parse: (text) => (pattern.test(text) ? text : undefined) };
}
