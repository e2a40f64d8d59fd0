import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message } from './message.ts';

/**
 * Publishes one message with a text for each protocol.
 * @throws Error when SNS did not confirm it, whatever the reason: what is not confirmed counts as not sent
 */
export async function publish(
  client: SNSClient,
  topicArn: string,
  message: Message,
  abortSignal: AbortSignal,
): Promise<void> {
  const { subject: Subject, body: Message } = message;
  const command = new PublishCommand({ TopicArn: topicArn, Subject, Message, MessageStructure: 'json' });
  const { MessageId } = await client.send(command, { abortSignal });
  if (!MessageId) throw new Error('SNS answered without a MessageId (Publish)');
}
