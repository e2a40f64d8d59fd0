/** Who asks, and where. */
export interface Identity {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly arn: string;
}

/** A CloudFormation stack. */
export interface Stack {
  readonly status: string;
  readonly createdAt: Date;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One resource of a stack. */
export interface Resource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

/** An SNS topic that is not ours. */
export interface Topic {
  /** The id, ARN or alias of the key it is encrypted with. */
  readonly key?: string;
  readonly policy: string;
  readonly confirmed: number;
}

/** One subscriber of a topic. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isPending: boolean;
}

/** A CloudWatch alarm. */
export interface Alarm {
  readonly name: string;
  readonly state: string;
  readonly since: Date;
  readonly tellsSomebody: boolean;
  readonly periods: number;
  readonly description: string;
}

/** One run of the check, as its metrics tell it. */
export interface Run {
  readonly at: Date;
  /** Whether it looked at, alerted and recorded everything. */
  readonly completed: boolean;
  readonly usersChecked: number;
  readonly usersFailing: number;
}

/** A Slack workspace that the account may post to. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
}

/** The AWS account, read only. Whatever could not be looked at rejects; undefined and false mean that it is not there. */
export interface Account {
  readonly identity: () => Promise<Identity>;
  readonly stack: (name: string) => Promise<Stack | undefined>;
  readonly resources: (stackName: string) => Promise<readonly Resource[]>;
  readonly policyExists: (arn: string) => Promise<boolean>;
  readonly topic: (arn: string) => Promise<Topic | undefined>;
  /** Undefined if the topic does not exist. */
  readonly subscriptions: (topicArn: string) => Promise<readonly Subscription[] | undefined>;
  readonly isSecurityHubEnabled: () => Promise<boolean>;
  /** How many findings of the check are open in this account, counted up to `enough`; undefined without Security Hub. */
  readonly openFindings: (identity: Identity, enough: number) => Promise<number | undefined>;
  readonly alarms: (names: readonly string[]) => Promise<readonly Alarm[]>;
  /** Newest first. */
  readonly runs: (since: Date, until: Date) => Promise<readonly Run[]>;
  /** Undefined if the queue does not exist. */
  readonly messagesIn: (queueUrl: string) => Promise<number | undefined>;
  readonly slackWorkspaces: () => Promise<readonly Workspace[]>;
}

/** AWS answered, but not with what it documents. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/** There is no Region, or something that is none. */
export class RegionError extends Error {
  override readonly name = 'RegionError';
}

/** A field that AWS documents as always there. */
export function given<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new AnswerError(`AWS answered without ${field}`);
  return value;
}
