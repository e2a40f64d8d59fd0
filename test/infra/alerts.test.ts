import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { only, SUBSCRIBED, synthesize } from './synthesize.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alerts';
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SLACK = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };

describe('a topic of our own', () => {
  const { template } = synthesize({ alertEmails: 'security@example.com,ops@example.com' });
  const topic = only(template, 'AWS::SNS::Topic');
  const key = only(template, 'AWS::KMS::Key');

  test('is a standard topic with a name people recognize in their mail', () => {
    expect(topic.properties).toMatchObject({ DisplayName: 'Access key check' });
    expect(topic.properties).not.toHaveProperty('FifoTopic');
  });

  test('is encrypted with a key of its own, which rotates and is gone a week after the stack', () => {
    expect(topic.properties).toMatchObject({ KmsMasterKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] } });
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
    });
  });

  test('has each address subscribed', () => {
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => Properties)).toEqual(
      ['security@example.com', 'ops@example.com'].map((Endpoint) => ({
        Endpoint,
        Protocol: 'email',
        TopicArn: { Ref: topic.id },
      })),
    );
  });

  test('keeps its subscriptions when an address is added before them', () => {
    const before = synthesize({ alertEmails: 'security@example.com' }).template.findResources('AWS::SNS::Subscription');
    expect(template.findResources('AWS::SNS::Subscription')).toMatchObject(before);
  });
});

describe('Slack', () => {
  const { template } = synthesize(SLACK);
  const configuration = only(template, 'AWS::Chatbot::SlackChannelConfiguration').properties;

  test('shows the topic in the channel chosen', () => {
    expect(configuration).toMatchObject({
      SlackWorkspaceId: 'T0123ABCDEF',
      SlackChannelId: 'C0123ABCDEF',
      SnsTopicArns: [{ Ref: only(template, 'AWS::SNS::Topic').id }],
    });
  });

  test('lets nobody in the channel do anything: the guardrail denies all, and the role allows nothing', () => {
    expect(configuration.GuardrailPolicies).toEqual([
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AWSDenyAll']] },
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'chatbot.amazonaws.com' } })] },
      Policies: Match.absent(),
    });
  });

  test('writes no log, which would stay behind', () => {
    expect(configuration).toMatchObject({ LoggingLevel: 'NONE' });
  });

  test('is not there unless asked for', () => {
    synthesize().template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
  });
});

describe('an existing topic', () => {
  const { template } = synthesize({ alertTopicArn: TOPIC, alertTopicKeyArn: KEY });

  test('replaces ours: no topic, no key and no subscription is created', () => {
    for (const type of ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription', 'AWS::KMS::Key'])
      template.resourceCountIs(type, 0);
  });

  test('is where the function and every alarm publish', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ ALERT_TOPIC_ARN: TOPIC }) },
    });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [TOPIC] });
  });

  test('needs no permission for a key when it has none', () => {
    synthesize({ alertTopicArn: TOPIC }).template.resourceCountIs('AWS::IAM::Policy', 0);
  });
});

describe('an existing topic with subscribers of ours', () => {
  const { template, warnings } = synthesize({ alertTopicArn: TOPIC, alertEmails: 'security@example.com', ...SLACK });

  test('has each address subscribed, in its own Region', () => {
    expect(only(template, 'AWS::SNS::Subscription').properties).toEqual({
      Endpoint: 'security@example.com',
      Protocol: 'email',
      TopicArn: TOPIC,
      Region: 'eu-central-1',
    });
  });

  test('is shown in the Slack channel', () => {
    expect(only(template, 'AWS::Chatbot::SlackChannelConfiguration').properties).toMatchObject({
      SnsTopicArns: [TOPIC],
    });
  });

  test('is still not ours: nothing of it is created, and its deliveries are not watched', () => {
    for (const type of ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::KMS::Key']) template.resourceCountIs(type, 0);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
  });

  test('needs a policy that lets us subscribe if it is in another account, which is said once', () => {
    const may = /^the topic belongs to account 111122223333: .+ sns:Subscribe/;
    expect(warnings).toEqual([expect.stringMatching(may)]);
    expect(synthesize({ alertTopicArn: TOPIC, ...SLACK }).warnings).toEqual([expect.stringMatching(may)]);
  });

  test.each([
    ['111122223333', 0],
    ['999999999999', 1],
  ])('deployed to account %s comes with %i warnings', (account, number) => {
    const env = { account, region: 'eu-central-1' };
    expect(synthesize({ alertTopicArn: TOPIC, ...SUBSCRIBED }, { env }).warnings).toHaveLength(number);
  });
});

describe('whoever deploys without a subscriber', () => {
  test('is warned, and told what to add', () => {
    expect(synthesize({}).warnings).toEqual([expect.stringMatching(/^no subscriber: .+ -c alertEmails=/)]);
  });

  test.each([[SUBSCRIBED], [SLACK], [{ alertTopicArn: TOPIC }]])('is not warned with %j', (context) => {
    expect(synthesize(context).warnings).toEqual([]);
  });
});
