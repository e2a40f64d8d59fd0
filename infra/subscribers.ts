import { CfnSubscription, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { SlackChannel } from './settings.ts';
import { SlackNotifications } from './slack-notifications.ts';

/** Who hears of alerts. */
export interface Subscribers {
  readonly emails: readonly string[];
  readonly slack?: SlackChannel;
}

/** Has a topic tell its subscribers; an address has to confirm first. The Region is that of a topic that is not ours. */
export function subscribe(scope: Construct, topic: ITopic, { emails, slack }: Subscribers, region?: string): void {
  const { topicArn } = topic;
  for (const endpoint of emails)
    new CfnSubscription(scope, endpoint, { topicArn, protocol: 'email', endpoint, ...(region && { region }) });
  if (slack) new SlackNotifications(scope, 'Slack', { channel: slack, topic });
}
