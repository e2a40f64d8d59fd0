import type { SeverityLabel } from '@aws-sdk/client-securityhub';

/** What an owner can choose about the check itself. */
export interface CheckSettings {
  readonly severity: SeverityLabel;
  /** Days between two alerts about a finding that stays open; 0 = no reminders. */
  readonly reminderDays: number;
  /** Days during which a rotation may go on before it is alerted; 0 = none. */
  readonly rotationGraceDays: number;
  /** Days without use after which a key is idle. */
  readonly unusedAfterDays: number;
  /** Whether the credential report narrows who is read in very large accounts. */
  readonly sweep: 'auto' | 'live';
}

/** Everything that one run is told from outside, checked. */
export interface Config extends CheckSettings {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly topic: { readonly arn: string; readonly region: string };
}

/** One setting: what it is when not set, what is allowed, in words, and its value from text (undefined = not allowed). */
export interface Setting<T> {
  readonly fallback: T;
  readonly allowed: string;
  readonly parse: (text: string) => T | undefined;
}

/** The settings that the stack hands to the function as they are. */
export const SETTINGS = {
  severity: oneOf<SeverityLabel>('MEDIUM', ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']),
  reminderDays: days(7, 0),
  rotationGraceDays: days(0, 0),
  unusedAfterDays: days(14, 1),
  sweep: oneOf<Config['sweep']>('auto', ['auto', 'live']),
} as const;

/** The environment variable of each setting. */
export const VARIABLES = {
  topicArn: 'ALERT_TOPIC_ARN',
  severity: 'SEVERITY',
  reminderDays: 'REMINDER_DAYS',
  rotationGraceDays: 'ROTATION_GRACE_DAYS',
  unusedAfterDays: 'UNUSED_AFTER_DAYS',
  sweep: 'SWEEP',
} as const;

/** A standard SNS topic by its ARN. FIFO topics cannot send mail. */
export const TOPIC: Setting<Config['topic'] | undefined> = {
  fallback: undefined,
  allowed: 'the ARN of a standard (not FIFO) SNS topic, like arn:aws:sns:eu-central-1:111122223333:alerts',
  parse: (text) => {
    const region = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}$/.exec(text)?.[1];
    return region ? { arn: text, region } : undefined;
  },
};

/** The configuration is wrong; the message names every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(problems: readonly string[]) {
    super(`bad configuration, nothing was checked: ${problems.join('; ')}`);
  }
}

/**
 * Reads the configuration from the environment and the function's own ARN.
 * @throws ConfigError naming each missing or wrong value, and what is allowed
 */
export function parseConfig(env: NodeJS.ProcessEnv, functionArn: string | undefined): Config {
  const problems: string[] = [];
  const topic = read(VARIABLES.topicArn, TOPIC, env[VARIABLES.topicArn], problems);
  if (env[VARIABLES.topicArn] === undefined) problems.push(`${VARIABLES.topicArn} is not set: give ${TOPIC.allowed}`);
  const region = env.AWS_REGION;
  if (!region) problems.push('AWS_REGION is not set: give the Region to run in, like eu-central-1');
  const [, partition, account] = /^arn:(aws[a-z-]*):lambda:[a-z0-9-]+:(\d{12}):function:/.exec(functionArn ?? '') ?? [];
  if (!account)
    problems.push(`the context's invokedFunctionArn is ${quote(functionArn)}: expected a Lambda function's ARN`);
  const settings = readSettings((name, setting) => read(VARIABLES[name], setting, env[VARIABLES[name]], problems));
  if (problems.length > 0 || !topic || !region || !partition || !account) throw new ConfigError(problems);
  return { account, partition, region, topic, ...settings };
}

/** All settings of the function, each by `readOne`: it knows what a setting is called where it comes from. */
export function readSettings(readOne: <T>(name: keyof typeof SETTINGS, setting: Setting<T>) => T): CheckSettings {
  return {
    severity: readOne('severity', SETTINGS.severity),
    reminderDays: readOne('reminderDays', SETTINGS.reminderDays),
    rotationGraceDays: readOne('rotationGraceDays', SETTINGS.rotationGraceDays),
    unusedAfterDays: readOne('unusedAfterDays', SETTINGS.unusedAfterDays),
    sweep: readOne('sweep', SETTINGS.sweep),
  };
}

/** The value of one setting, or its fallback and one more of `problems`. An empty text is wrong, not unset. */
export function read<T>(name: string, setting: Setting<T>, text: string | undefined, problems: string[]): T {
  if (text === undefined) return setting.fallback;
  const value = setting.parse(text);
  if (value === undefined) problems.push(`${name} is ${quote(text)}: give ${setting.allowed}`);
  return value ?? setting.fallback;
}

function days(fallback: number, least: number): Setting<number> {
  return {
    fallback,
    allowed: `a whole number of days from ${least} to 3650`,
    parse: (text) =>
      /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= 3650 ? Number(text) : undefined,
  };
}

function oneOf<T extends string>(fallback: T, values: readonly T[]): Setting<T> {
  return {
    fallback,
    allowed: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

function quote(text: string | undefined): string {
  return text === undefined ? 'not set' : JSON.stringify(text.slice(0, 200));
}
