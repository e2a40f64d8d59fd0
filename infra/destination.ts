import { Annotations, type CfnCondition, Fn, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertTopic } from './alert-topic.ts';
import type { Parameters } from './parameters.ts';
import type { ExistingTopic, Settings } from './settings.ts';
import { type Subscribers, subscribe } from './subscribers.ts';

/** The topic that alerts and alarms are published to, in the stack's own Region: ours, or one that exists. */
export interface Destination {
  readonly topicArn: string;
  /** The key of an encrypted topic, needed to publish to it. Exists only under the condition, if there is one. */
  readonly key?: { readonly arn: string; readonly when?: CfnCondition };
  /** Our own topic, whose deliveries can be watched. Exists only under the condition, if there is one. */
  readonly own?: { readonly topicArn: string; readonly topicName: string; readonly when?: CfnCondition };
}

/** Where alerts go according to the settings, or to the parameters of a template that leaves it open. */
export function destinationOf(scope: Construct, settings: Settings, parameters: Parameters | undefined): Destination {
  if (parameters) return chosenAtDeployment(scope, parameters);
  const subscribers = { emails: settings.alertEmails, ...(settings.slack && { slack: settings.slack }) };
  if (settings.alertTopic) return existing(new Construct(scope, 'Alerts'), settings.alertTopic, subscribers);
  const { topicArn, topicName, keyArn } = new AlertTopic(scope, 'Alerts', subscribers);
  return { topicArn, key: { arn: keyArn }, own: { topicArn, topicName } };
}

/** A topic may have subscribers already, so nobody is warned that there is none. */
function existing(scope: Construct, { arn, region, keyArn }: ExistingTopic, subscribers: Subscribers): Destination {
  const topic = Topic.fromTopicArn(scope, 'Topic', arn);
  subscribe(scope, topic, subscribers, region);
  const isOurAccount = topic.env.account === Stack.of(scope).account;
  if ((subscribers.emails.length > 0 || subscribers.slack) && !isOurAccount)
    Annotations.of(scope).addWarningV2('access-key-check:subscribes-elsewhere', mustLetSubscribe(topic.env.account));
  return { topicArn: arn, ...(keyArn && { key: { arn: keyArn } }) };
}

function mustLetSubscribe(owner: string): string {
  return (
    `the topic belongs to account ${owner}: if this is deployed to another, the policy of the topic must let that one ` +
    'call sns:Subscribe, or the deployment fails'
  );
}

function chosenAtDeployment(scope: Construct, { alertTopic, alertEmail }: Parameters): Destination {
  const own = new AlertTopic(scope, 'Alerts', { emails: [], optionalEmail: alertEmail });
  own.existOnlyWhen(alertTopic.isOurs);
  const either = (ours: string, theirs: string) => Fn.conditionIf(alertTopic.isOurs.logicalId, ours, theirs).toString();
  Validations.of(scope).acknowledge(...CHOSEN_BY_CONDITION);
  return {
    topicArn: either(own.topicArn, alertTopic.arn),
    key: { arn: either(own.keyArn, alertTopic.keyArn), when: alertTopic.isEncrypted },
    own: { topicArn: own.topicArn, topicName: own.topicName, when: alertTopic.isOurs },
  };
}

/** What the CDK's template rules cannot see: each reference is chosen by the very condition its target exists under. */
const CHOSEN_BY_CONDITION = [
  {
    id: 'CloudFormation-Validate::W1001',
    reason: 'The topic of our own is referred to only where the condition it exists under holds',
  },
  {
    id: 'CloudFormation-Validate::W1030',
    reason: 'The parameter for an existing topic is used only where the condition says that it is not empty',
  },
];
