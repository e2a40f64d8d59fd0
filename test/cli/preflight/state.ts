/** When it is in the account, and in the tests. */
export const NOW = new Date('2026-11-23T12:00:00Z');

const HOUR = 3_600_000;

/** `hoursAgo(3)` is 09:00. */
export function hoursAgo(hours: number): Date {
  return new Date(NOW.getTime() - hours * HOUR);
}

export const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:AccessKeyCheck-AlertsTopic';

interface StackState {
  status: string;
  createdAt: Date;
  outputs: Record<string, string>;
}

/** What is in the account. */
export interface AccountState {
  arn: string;
  /** By name. */
  stacks: Record<string, StackState>;
  /** Physical ids of the resources of the check's stack, by `type logicalId`. */
  resources: Record<string, string>;
  policies: string[];
  /** The attributes of each topic, by ARN. */
  topics: Record<string, Record<string, string>>;
  subscriptions: { Protocol: string; Endpoint: string; SubscriptionArn: string }[];
  securityHub: boolean;
  findings: number;
  alarms: { name: string; state: string; periods: number; actions: boolean; description: string }[];
  runs: { at: Date; completed: number; checked: number; failing: number }[];
  metricStatus: string;
  /** Undefined: there is no queue. */
  messages: number | undefined;
  workspaces: { SlackTeamId: string; SlackTeamName: string; State?: string }[];
}

const ALARMS = ['AlarmsRunFailed0035F714', 'AlarmsNoCompletedRun2A5046CB', 'AlarmsEventInFailureQueueDDFD221C'];

/** An account in which the check is deployed, and all is well. */
export function deployedAccount(): AccountState {
  return {
    arn: 'arn:aws:iam::111122223333:user/deployer',
    stacks: {
      CDKToolkit: { status: 'CREATE_COMPLETE', createdAt: hoursAgo(9999), outputs: { BootstrapVersion: '30' } },
      AccessKeyCheck: {
        status: 'UPDATE_COMPLETE',
        createdAt: hoursAgo(999),
        outputs: { CheckFunctionName: 'AccessKeyCheck-CheckFunction-1', AlertTopicArn: TOPIC },
      },
    },
    resources: {
      'AWS::SNS::Topic AlertsTopicCF7C81C9': TOPIC,
      'AWS::SQS::Queue Failures8A3E1A2F': 'https://sqs.eu-central-1.amazonaws.com/111122223333/Failures',
      ...Object.fromEntries(ALARMS.map((id) => [`AWS::CloudWatch::Alarm ${id}`, `AccessKeyCheck-${id}`])),
    },
    policies: [],
    topics: {},
    subscriptions: [
      { Protocol: 'email', Endpoint: 'security@example.com', SubscriptionArn: `${TOPIC}:1` },
      { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:eu-central-1:111122223333:alerts', SubscriptionArn: `${TOPIC}:2` },
      { Protocol: 'email', Endpoint: 'gone@example.com', SubscriptionArn: 'Deleted' },
    ],
    securityHub: true,
    findings: 4,
    alarms: ALARMS.map((id) => ({
      ...{ name: `AccessKeyCheck-${id}`, state: 'OK', periods: id.includes('NoCompletedRun') ? 26 : 1, actions: true },
      description: 'Access key check. Impact: something is missing. What to do: docs/runbook.md#a-run-failed',
    })),
    runs: [
      { at: hoursAgo(30), completed: 0, checked: 310, failing: 4 },
      { at: hoursAgo(6), completed: 1, checked: 312, failing: 4 },
    ],
    metricStatus: 'Complete',
    messages: 0,
    workspaces: [{ SlackTeamId: 'T0123ABCDEF', SlackTeamName: 'example', State: 'ENABLED' }],
  };
}
