import { PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ clock: () => new Date('2026-11-23T06:00:00Z') });
});
afterEach(() => sandbox.close());

const publish = (input: Partial<PublishCommandInput>) =>
  clientsOf(sandbox).sns.send(new PublishCommand({ TopicArn: sandbox.sns.topicArn, Message: 'hello', ...input }));

test('a message accepted gets a MessageId and is kept as sent', async () => {
  const { MessageId } = await publish({ Subject: 'Hello there', Message: 'a & b = ü\n+ %20' });
  expect(sandbox.sns.published).toEqual([
    {
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:access-key-alerts',
      subject: 'Hello there',
      message: 'a & b = ü\n+ %20',
      byProtocol: { default: 'a & b = ü\n+ %20' },
      at: new Date('2026-11-23T06:00:00Z'),
      messageId: MessageId,
    },
  ]);
});

test('MessageStructure=json sends a different message for each protocol', async () => {
  const texts = { default: 'all', email: 'mail', https: '{"version":"1.0"}' };
  await publish({ Message: JSON.stringify(texts), MessageStructure: 'json' });
  expect(sandbox.sns.published[0]?.byProtocol).toEqual(texts);
});

test.each([
  ['a syntactically valid JSON object', 'not json', 'JSON message body failed to parse'],
  ['an object, not another value', '["default"]', 'JSON message body failed to parse'],
  ['at least a top-level JSON key of "default"', '{"email":"x"}', 'No default entry in JSON message body'],
  ['with a value that is a string', '{"default":{"a":1}}', 'default entry in JSON message body is not a string'],
  ['every other value a string too', '{"default":"x","email":1}', 'email entry in JSON message body is not a string'],
])('with MessageStructure=json the message must be %s', async (_rule, Message, problem) => {
  const message = `Invalid parameter: Message Structure - ${problem}`;
  const error = { name: 'InvalidParameterException', message, $metadata: { httpStatusCode: 400 } };
  await expect(publish({ Message, MessageStructure: 'json' })).rejects.toMatchObject(error);
});

test.each([
  ['no line breaks', 'two\nlines'],
  ['no control characters', 'tab\there'],
  ['less than 100 characters long', 'x'.repeat(100)],
  ['ASCII', 'Schlüssel'],
  ['beginning with a letter, digit or punctuation mark', ' space first'],
  ['not empty', ''],
])('a Subject is %s', async (_rule, Subject) => {
  const error = { name: 'InvalidParameterException', message: 'Invalid parameter: Subject' };
  await expect(publish({ Subject })).rejects.toMatchObject(error);
});

test('a Subject of 99 characters is accepted', async () => {
  await publish({ Subject: `[${'x'.repeat(97)}]` });
  expect(sandbox.sns.published).toHaveLength(1);
});

test('messages are at most 262,144 bytes, not characters', async () => {
  await publish({ Message: 'x'.repeat(262_144) });
  const error = { name: 'InvalidParameterException', message: 'Invalid parameter: Message too long' };
  await expect(publish({ Message: 'ü'.repeat(131_073) })).rejects.toMatchObject(error);
});

test('an empty message is refused', async () => {
  await expect(publish({ Message: '' })).rejects.toMatchObject({ message: 'Invalid parameter: Empty message' });
});

test('a topic that does not exist is NotFound, 404', async () => {
  const TopicArn = 'arn:aws:sns:eu-central-1:111122223333:nope';
  const error = { name: 'NotFoundException', message: 'Topic does not exist', $metadata: { httpStatusCode: 404 } };
  await expect(publish({ TopicArn })).rejects.toMatchObject(error);
  sandbox.sns.createTopic('nope');
  await expect(publish({ TopicArn })).resolves.toHaveProperty('MessageId');
});

test('you can publish messages only to topics in the same Region', async () => {
  const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:access-key-alerts';
  await expect(publish({ TopicArn })).rejects.toMatchObject({ message: 'Invalid parameter: TopicArn' });
});

test('a parameter the sandbox does not know is refused rather than ignored', async () => {
  await expect(publish({ MessageGroupId: 'a' })).rejects.toThrow('the sandbox does not know MessageGroupId');
});
