import { type CheckSettings, read, readSettings, SETTINGS, TOPIC } from '../lambda/config.ts';
import { type Schedule, scheduleIn, TIME_ZONE } from './schedule-setting.ts';
import { BOUNDARY, CHANNEL, EMAILS, type ExplainedSetting, INSIGHT, KEY, WORKSPACE } from './setting-rules.ts';

/** Everything an owner can choose when deploying, checked. */
export interface Settings {
  readonly alertEmails: readonly string[];
  readonly slack?: SlackChannel;
  /** Alerts go to this topic, and the addresses and the channel are subscribed to it, instead of one of the stack's own. */
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

const NAMES: readonly string[] = [
  ...['alertEmails', 'slackWorkspaceId', 'slackChannelId', 'alertTopicArn', 'alertTopicKeyArn', 'schedule', 'timeZone'],
  ...[...Object.keys(SETTINGS), 'permissionsBoundary', 'securityHubInsight'],
];

/** Settings that mean nothing without another one. */
const NEEDS = [
  ['slackWorkspaceId', 'slackChannelId', 'give both or neither'],
  ['slackChannelId', 'slackWorkspaceId', 'give both or neither'],
  ['alertTopicKeyArn', 'alertTopicArn', 'give the topic that this is the key of, or neither'],
] as const;

/** What the CDK's command line keeps in the context under names that could be settings; all others have a colon. */
const NAMES_OF_CDK: readonly string[] = ['acknowledged-issue-numbers', 'cli-telemetry'];

/**
 * Reads the settings from CDK context (`cdk.json` or `-c name=value`). Keys that belong to the CDK itself are skipped.
 * @throws SettingsError naming each wrong value and what is allowed, each name that is no setting, and what the caller found
 */
export function parseSettings(context: Readonly<Record<string, unknown>>, found: readonly string[] = []): Settings {
  const problems = [...found, ...unknownNames(context)];
  const setting = <T>(name: string, rule: ExplainedSetting<T>): T => {
    const text = textOf(context[name]);
    const why = text === undefined ? undefined : rule.explain?.(text);
    if (why === undefined) return read(name, rule, text, problems);
    problems.push(`${given(name, text)}: ${why}`);
    return rule.fallback;
  };

  const alertEmails = setting('alertEmails', EMAILS);
  const workspaceId = setting('slackWorkspaceId', WORKSPACE);
  const channelId = setting('slackChannelId', CHANNEL);
  const topic = setting('alertTopicArn', TOPIC);
  const keyArn = setting('alertTopicKeyArn', KEY);
  const schedule = setting('schedule', scheduleIn(setting('timeZone', TIME_ZONE)));
  const permissionsBoundary = setting('permissionsBoundary', BOUNDARY);
  const securityHubInsight = setting('securityHubInsight', INSIGHT);
  const check = readSettings(setting);

  problems.push(...conflicts(context), ...misplaced(keyArn, topic));
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    ...{ alertEmails, schedule, check, securityHubInsight },
    ...(workspaceId && channelId && { slack: { workspaceId, channelId } }),
    ...(topic && { alertTopic: { ...topic, ...(keyArn && { keyArn }) } }),
    ...(permissionsBoundary && { permissionsBoundary }),
  };
}

/**
 * The settings that npm took for its own options, as `--` was forgotten before them, each as a problem: they never reach
 * us, and what they should have set would silently have its default.
 */
export function takenByNpm({ npm_config_call, npm_config_context }: NodeJS.ProcessEnv): string[] {
  const taken = [npm_config_call, npm_config_context].filter((text = '') => NAMES.includes(text.split('=')[0] ?? ''));
  return taken.map((setting) => `npm took -c ${setting} for itself: write -- before the first -c`);
}

/** Names that belong neither to us nor to the CDK: a setting that is misspelled would otherwise be ignored. */
function unknownNames(context: Readonly<Record<string, unknown>>): string[] {
  const unknown = Object.keys(context).filter(
    (name) => !/[:@]/.test(name) && ![...NAMES, ...NAMES_OF_CDK].includes(name),
  );
  const letters = (name: string) => name.toLowerCase().replaceAll(/[^a-z]|s$/g, '');
  return unknown.map((name) => {
    const meant = NAMES.find((setting) => letters(setting) === letters(name));
    const advice = meant ? `did you mean ${meant}?` : `the settings are ${NAMES.join(', ')}`;
    return `${given(name, textOf(context[name]))}, but no setting has that name: ${advice}`;
  });
}

/** What is wrong with settings that are fine one by one. */
function conflicts(context: Readonly<Record<string, unknown>>): string[] {
  return NEEDS.flatMap(([name, other, advice]) => {
    const [text, otherText] = [textOf(context[name]), textOf(context[other])];
    return text !== undefined && otherText === undefined
      ? `${given(name, text)}, and ${other} is not set: ${advice}`
      : [];
  });
}

/** A topic can only be encrypted with a key of its own partition and Region. */
function misplaced(keyArn: string | undefined, topic: Omit<ExistingTopic, 'keyArn'> | undefined): string[] {
  const [, partition] = topic?.arn.split(':') ?? [];
  const place = `arn:${partition}:kms:${topic?.region}:`;
  if (!keyArn || !topic || keyArn.startsWith(place)) return [];
  const advice = `give the key of the topic, which is in the topic's own Region and so begins with ${place}`;
  return [`${given('alertTopicKeyArn', keyArn)}: ${advice}`];
}

function given(name: string, text: string | undefined): string {
  return `${name} is ${JSON.stringify(text?.slice(0, 200))}`;
}

/** Context is text on the command line, but may be any JSON in `cdk.json`. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(String).join(',');
  return JSON.stringify(value);
}
