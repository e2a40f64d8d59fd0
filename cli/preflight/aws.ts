import { Agent } from 'node:https';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeHubCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Account, type Alarm, given, type Identity, RegionError } from './account.ts';
import { withReason } from './credentials.ts';
import { openFindings } from './findings.ts';
import { runs } from './runs.ts';
import { slackWorkspaces } from './slack.ts';

/** Whoever waits at a terminal is told within a minute, also when nothing answers. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/**
 * The account of the current credentials, in a Region or in the one that the profile names. The agent is what reaches
 * AWS where a proxy stands between.
 */
export function awsAccount(region: string | undefined, httpsAgent = new Agent()): Account {
  const config = { maxAttempts: 3, requestHandler: { ...TIMEOUTS, httpsAgent }, ...(region && { region }) };
  const sts = new STSClient(config);
  const cloudFormation = new CloudFormationClient(config);
  const iam = new IAMClient(config);
  const sns = new SNSClient(config);
  const securityHub = new SecurityHubClient(config);
  const cloudWatch = new CloudWatchClient(config);
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  return {
    identity: () => withReason(() => identityFrom(sts), process.env),
    stack: async (StackName) => {
      const command = new DescribeStacksCommand({ StackName });
      const answer = await unless(isMissingStack, cloudFormation.send(command));
      const stack = answer && given(answer.Stacks?.[0], 'Stacks');
      const outputs = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
      return (
        stack && {
          status: given(stack.StackStatus, 'StackStatus'),
          createdAt: given(stack.CreationTime, 'CreationTime'),
          outputs: Object.fromEntries(outputs),
        }
      );
    },
    resources: async (StackName) => {
      const { StackResources } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
      return given(StackResources, 'StackResources').map(({ ResourceType, LogicalResourceId, PhysicalResourceId }) => ({
        type: given(ResourceType, 'ResourceType'),
        logicalId: given(LogicalResourceId, 'LogicalResourceId'),
        physicalId: PhysicalResourceId ?? '',
      }));
    },
    policyExists: async (PolicyArn) =>
      (await unless(named('NoSuchEntity'), iam.send(new GetPolicyCommand({ PolicyArn })))) !== undefined,
    topic: async (TopicArn) => {
      const answer = await unless(named('NotFound'), sns.send(new GetTopicAttributesCommand({ TopicArn })));
      const attributes = answer && given(answer.Attributes, 'Attributes');
      return (
        attributes && {
          policy: given(attributes.Policy, 'Policy'),
          confirmed: Number(given(attributes.SubscriptionsConfirmed, 'SubscriptionsConfirmed')),
          ...(attributes.KmsMasterKeyId && { key: attributes.KmsMasterKeyId }),
        }
      );
    },
    subscriptions: (TopicArn) => unless(named('NotFound'), subscriptions(sns, TopicArn)),
    isSecurityHubEnabled: async () =>
      (await unless(named('InvalidAccess'), securityHub.send(new DescribeHubCommand({})))) !== undefined,
    openFindings: (identity, enough) => unless(named('InvalidAccess'), openFindings(securityHub, identity, enough)),
    alarms: (names) => alarms(cloudWatch, names),
    runs: (since, until) => runs(cloudWatch, since, until),
    messagesIn: async (QueueUrl) => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
      const answer = await unless(isMissingQueue, sqs.send(command));
      return answer && Number(given(answer.Attributes?.ApproximateNumberOfMessages, 'ApproximateNumberOfMessages'));
    },
    slackWorkspaces,
  };
}

async function identityFrom(sts: STSClient): Promise<Identity> {
  // Without a Region no client can even say so properly, so it comes first.
  const region = await regionOf(sts);
  const { Account: account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  const arn = given(Arn, 'Arn');
  const partition = given(arn.split(':')[1], 'a partition');
  return { account: given(account, 'Account'), partition, arn, region };
}

async function regionOf(client: STSClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    throw new RegionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function subscriptions(client: SNSClient, TopicArn: string) {
  const found = [];
  for await (const { Subscriptions } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    for (const { Protocol, Endpoint, SubscriptionArn } of given(Subscriptions, 'Subscriptions')) {
      const arn = given(SubscriptionArn, 'SubscriptionArn');
      const subscription = { protocol: given(Protocol, 'Protocol'), endpoint: Endpoint ?? '' };
      // `Deleted` is what SNS shows, for a while, of someone who unsubscribed.
      if (arn !== 'Deleted') found.push({ ...subscription, isPending: arn === 'PendingConfirmation' });
    }
  }
  return found;
}

async function alarms(client: CloudWatchClient, names: readonly string[]): Promise<readonly Alarm[]> {
  const command = new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm'], MaxRecords: 100 });
  const { MetricAlarms } = await client.send(command);
  return (MetricAlarms ?? []).map((alarm) => ({
    name: given(alarm.AlarmName, 'AlarmName'),
    state: given(alarm.StateValue, 'StateValue'),
    since: given(alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp, 'StateUpdatedTimestamp'),
    tellsSomebody: given(alarm.ActionsEnabled, 'ActionsEnabled') && (alarm.AlarmActions ?? []).length > 0,
    periods: given(alarm.EvaluationPeriods, 'EvaluationPeriods'),
    description: alarm.AlarmDescription ?? '',
  }));
}

/** The answer, or undefined for the one error that means: it is not there. */
async function unless<T>(isAbsence: (error: Error) => boolean, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && isAbsence(error)) return undefined;
    throw error;
  }
}

/** Services disagree on whether the names of errors end in `Exception`, and so do the versions of their clients. */
function named(name: string) {
  return (error: Error) => error.name === name || error.name === `${name}Exception`;
}

function isMissingStack({ name, message }: Error): boolean {
  return name === 'ValidationError' && message.endsWith('does not exist');
}

function isMissingQueue({ name }: Error): boolean {
  return name === 'QueueDoesNotExist' || name === 'AWS.SimpleQueueService.NonExistentQueue';
}
