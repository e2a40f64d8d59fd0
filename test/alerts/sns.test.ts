import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../lambda/alerts/message.ts';
import { publish } from '../../lambda/alerts/sns.ts';
import { serviceAnswering } from '../builders.ts';
import { clientsOf } from '../sandbox/clients.ts';
import type { Fault } from '../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

const message: Message = {
  subject: 'AWS-IAM-009: 1 new in account 111122223333',
  body: JSON.stringify({ default: 'one', email: 'two', https: '{}', sqs: '[]', lambda: '[]' }),
};
const inTime = new AbortController().signal;
let sandbox: Sandbox;
let client: SNSClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = clientsOf(sandbox).sns;
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.length = 0;
  sandbox.sns.published.length = 0;
});

test('a message reaches the topic with its subject and a text for each protocol', async () => {
  await publish(client, sandbox.sns.topicArn, message, inTime);
  expect(sandbox.sns.published).toMatchObject([
    {
      topicArn: sandbox.sns.topicArn,
      subject: message.subject,
      byProtocol: JSON.parse(message.body),
    },
  ]);
});

describe('publishing fails', () => {
  test.each<[string, Fault['kind'], object]>([
    ['SNS denies it', 'deny', { name: expect.stringMatching(/^AuthorizationError/) }],
    ['SNS throttles it', 'throttle', { message: 'Rate exceeded' }],
    ['SNS errs', 'error500', { name: expect.stringMatching(/^InternalError/) }],
    ['the connection is cut', 'reset', {}],
    ['the connection is cut before SNS confirms', 'reset-after', {}],
    ['half of the confirmation arrives', 'truncate', {}],
    ['the confirmation is empty', 'empty', { message: 'SNS answered without a MessageId (Publish)' }],
    ['the confirmation does not parse', 'malformed', {}],
  ])('when %s', async (_, kind, error) => {
    sandbox.faults.push({ operation: 'Publish', kind });
    await expect(publish(client, sandbox.sns.topicArn, message, inTime)).rejects.toMatchObject(error);
  });

  test('when SNS confirms without a message id', async () => {
    await using service = await serviceAnswering('<PublishResponse><PublishResult/></PublishResponse>');
    const sns = new SNSClient(service.configuration);
    await expect(publish(sns, sandbox.sns.topicArn, message, inTime)).rejects.toThrow('without a MessageId');
  });

  test('when there is no such topic', async () => {
    const missing = publish(client, `${sandbox.sns.topicArn}-gone`, message, inTime);
    await expect(missing).rejects.toMatchObject({ name: expect.stringMatching(/^NotFound/) });
  });

  test('when the time for it has run out', async () => {
    sandbox.faults.push({ operation: 'Publish', kind: 'hang' });
    const late = publish(client, sandbox.sns.topicArn, message, AbortSignal.timeout(20));
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    expect(sandbox.sns.published).toEqual([]);
  });
});

test('publishing is tried again where that helps', async () => {
  sandbox.faults.push({ operation: 'Publish', kind: 'unavailable503', nth: 1 });
  await publish(clientsOf(sandbox, { maxAttempts: 2 }).sns, sandbox.sns.topicArn, message, inTime);
  expect(sandbox.sns.published).toHaveLength(1);
});
