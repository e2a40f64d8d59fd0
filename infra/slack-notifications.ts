import { Names } from 'aws-cdk-lib';
import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SlackChannel } from './settings.ts';

/**
 * Shows the messages of a topic in a Slack channel, and nothing else: the role has no permission and the guardrail denies
 * everything, so that no member of the channel can run a command. (Left out, the guardrail would be AdministratorAccess.)
 * The workspace must have been authorized once, by hand, in the console.
 */
export class SlackNotifications extends Construct {
  constructor(scope: Construct, id: string, { channel, topic }: { channel: SlackChannel; topic: ITopic }) {
    super(scope, id);
    new SlackChannelConfiguration(this, 'Channel', {
      slackChannelConfigurationName: Names.uniqueResourceName(this, { maxLength: 64, separator: '-' }),
      slackWorkspaceId: channel.workspaceId,
      slackChannelId: channel.channelId,
      notificationTopics: [topic],
      role: new Role(this, 'Role', {
        description: 'What members of the Slack channel may do: nothing',
        assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
      }),
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
      loggingLevel: LoggingLevel.NONE,
    });
  }
}
