import { Annotations, Aws, type CfnCondition, CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Subscribers, subscribe } from './subscribers.ts';

interface AlertTopicProps extends Subscribers {
  /** An address that may turn out empty when the template is deployed. */
  readonly optionalEmail?: { readonly address: string; readonly isGiven: CfnCondition };
}

const CLOUDWATCH = new ServicePrincipal('cloudwatch.amazonaws.com', {
  conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
});

/**
 * An encrypted topic and its subscribers. Its own policy replaces the one that lets the whole account publish: the check
 * may by its role, the account's alarms by this policy and the key's, and nobody without TLS.
 */
export class AlertTopic extends Construct {
  readonly topicArn: string;
  readonly topicName: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { optionalEmail, ...subscribers }: AlertTopicProps) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alerts of the access key check',
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [CLOUDWATCH],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    const topic = new Topic(this, 'Topic', { displayName: 'Access key check', masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [CLOUDWATCH],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    );
    const { topicArn } = topic;
    subscribe(this, topic, subscribers);
    if (optionalEmail) {
      const { address: endpoint, isGiven } = optionalEmail;
      const email = new CfnSubscription(this, 'Email', { topicArn, protocol: 'email', endpoint });
      email.cfnOptions.condition = isGiven;
    }
    if (subscribers.emails.length === 0 && !subscribers.slack && !optionalEmail)
      Annotations.of(this).addWarningV2(...NOBODY_LISTENS);
    this.topicArn = topicArn;
    this.topicName = topic.topicName;
    this.keyArn = key.keyArn;
  }

  /** Leaves everything out of the deployment unless the condition holds. What has a condition of its own keeps it. */
  existOnlyWhen(condition: CfnCondition): void {
    for (const resource of this.node.findAll().filter((node) => CfnResource.isCfnResource(node)))
      resource.cfnOptions.condition ??= condition;
  }
}

const NOBODY_LISTENS = [
  'access-key-check:nobody-listens',
  'no subscriber: alerts and alarms will reach nobody. Add -c alertEmails=you@example.com, or -c slackWorkspaceId=… ' +
    '-c slackChannelId=…, or subscribe something to the topic yourself',
] as const;
