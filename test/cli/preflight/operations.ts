import { isDeepStrictEqual } from 'node:util';
import { AwsError, type Input } from '../../sandbox/service.ts';
import { type AccountState, hoursAgo, NOW, TOPIC } from './state.ts';

/** What each operation answers. Pages are small, so that reading on is always exercised. */
export const OPERATIONS: Readonly<Record<string, (state: AccountState, input: Input) => object>> = {
  'sts:GetCallerIdentity': ({ arn }) => ({ Arn: arn, UserId: 'AIDA1', Account: '111122223333' }),
  'cloudformation:DescribeStacks': ({ stacks }, { StackName }) => {
    const stack = stacks[String(StackName)];
    if (!stack) throw new AwsError(400, 'ValidationError', `Stack with id ${StackName} does not exist`);
    const Outputs = Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return { Stacks: [{ StackName, StackStatus: stack.status, CreationTime: stack.createdAt, Outputs }] };
  },
  'cloudformation:DescribeStackResources': ({ resources }) => ({
    StackResources: Object.entries(resources).map(([key, PhysicalResourceId]) => {
      const [ResourceType, LogicalResourceId] = key.split(' ');
      return { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus: 'CREATE_COMPLETE', Timestamp: NOW };
    }),
  }),
  'iam:GetPolicy': ({ policies }, { PolicyArn }) => {
    if (!policies.includes(String(PolicyArn)))
      throw new AwsError(404, 'NoSuchEntity', `Policy ${PolicyArn} was not found.`);
    return { Policy: { Arn: PolicyArn } };
  },
  'sns:GetTopicAttributes': ({ topics }, { TopicArn }) => {
    const topic = topics[String(TopicArn)];
    if (!topic) throw new AwsError(404, 'NotFound', 'Topic does not exist');
    return { Attributes: new Map(Object.entries(topic)) };
  },
  'sns:ListSubscriptionsByTopic': ({ subscriptions, resources }, { TopicArn, NextToken = '0' }) => {
    if (!Object.values(resources).includes(String(TopicArn)))
      throw new AwsError(404, 'NotFound', 'Topic does not exist');
    const at = Number(NextToken);
    const more = at + 2 < subscriptions.length ? String(at + 2) : undefined;
    return { Subscriptions: subscriptions.slice(at, at + 2).map((each) => ({ ...each, TopicArn })), NextToken: more };
  },
  'securityhub:DescribeHub': (state) => {
    requireHub(state);
    return {
      HubArn: 'arn:aws:securityhub:eu-central-1:111122223333:hub/default',
      SubscribedAt: '2026-01-01T00:00:00Z',
    };
  },
  'securityhub:GetFindings': (state, { Filters, NextToken = '0' }) => {
    requireHub(state);
    // Only what this check filed in this account, and is open, is counted.
    if (!isDeepStrictEqual(Filters, OPEN_FINDINGS)) throw new AwsError(400, 'InvalidInputException', 'other findings');
    const at = Number(NextToken);
    const page = Array.from({ length: Math.min(3, state.findings - at) }, (_, i) => ({ Id: `finding-${at + i}` }));
    return { Findings: page, ...(at + 3 < state.findings && { NextToken: String(at + 3) }) };
  },
  'cloudwatch:DescribeAlarms': ({ alarms }, { AlarmNames }) => ({
    CompositeAlarms: [],
    MetricAlarms: alarms
      .filter(({ name }) => Array.isArray(AlarmNames) && AlarmNames.includes(name))
      .map(({ name, state, periods, actions, description }) => ({
        ...{ AlarmName: name, StateValue: state, StateUpdatedTimestamp: hoursAgo(5).getTime() / 1000 },
        ...{
          EvaluationPeriods: periods,
          ActionsEnabled: actions,
          AlarmActions: [TOPIC],
          AlarmDescription: description,
        },
      })),
  }),
  'cloudwatch:GetMetricData': ({ runs, metricStatus }, { StartTime, MetricDataQueries, NextToken = '0' }) => {
    const at = Number(NextToken);
    const page = runs.filter((run) => run.at.getTime() >= Number(StartTime) * 1000).slice(at, at + 1);
    const Timestamps = page.map((run) => run.at.getTime() / 1000);
    const results = Object.values(MetricDataQueries ?? {}).map(({ Id, MetricStat: { Metric } }) => {
      const metric = METRICS[`${Metric.Namespace} ${Metric.MetricName}`];
      const Values = metric ? page.map((run) => run[metric]) : [];
      return { Id, Label: Metric.MetricName, StatusCode: metricStatus, Timestamps: metric ? Timestamps : [], Values };
    });
    return { MetricDataResults: results, ...(at + 1 < runs.length && { NextToken: String(at + 1) }) };
  },
  'sqs:GetQueueAttributes': ({ messages }) => {
    if (messages === undefined) throw new AwsError(400, 'QueueDoesNotExist', 'The specified queue does not exist.');
    return { Attributes: { ApproximateNumberOfMessages: String(messages) } };
  },
  'chatbot:DescribeSlackWorkspaces': ({ workspaces }) => ({ SlackWorkspaces: workspaces }),
};

/** The metrics of a run, by namespace and name. */
const METRICS: Readonly<Record<string, 'completed' | 'checked' | 'failing'>> = {
  'AccessKeyCheck RunCompleted': 'completed',
  'AccessKeyCheck UsersChecked': 'checked',
  'AccessKeyCheck UsersFailing': 'failing',
};

const OPEN_FINDINGS = {
  ProductArn: equalTo('arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default'),
  GeneratorId: equalTo('aws-iam-009'),
  AwsAccountId: equalTo('111122223333'),
  RecordState: equalTo('ACTIVE'),
};

function equalTo(Value: string) {
  return [{ Value, Comparison: 'EQUALS' }];
}

function requireHub({ securityHub }: AccountState): void {
  if (securityHub) return;
  throw new AwsError(401, 'InvalidAccessException', 'Account 111122223333 is not subscribed to AWS Security Hub');
}
