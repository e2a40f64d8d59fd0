import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { GENERATOR_ID } from '../../lambda/check/reconcile.ts';
import { only, SUBSCRIBED, synthesize } from './synthesize.ts';

const SLACK = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
const EXISTING = {
  alertTopicArn: 'arn:aws-cn:sns:cn-north-1:111122223333:alerts',
  alertTopicKeyArn: 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};

/** Every resource the stack can create is in one of these, and each has passed CloudFormation's own rules. */
const stacks = [
  ['a topic of its own', synthesize(SUBSCRIBED, { validated: true })],
  [
    'Slack and a boundary',
    synthesize({ ...SUBSCRIBED, ...SLACK, permissionsBoundary: 'boundary' }, { validated: true }),
  ],
  ['an existing topic', synthesize(EXISTING, { validated: true })],
  ['subscribers to an existing topic', synthesize({ ...EXISTING, ...SUBSCRIBED }, { validated: true })],
  ['the rarest schedule', synthesize({ ...SUBSCRIBED, schedule: 'rate(6 days)' }, { validated: true })],
] as const;

const resources = (
  template: Template,
): [string, { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }][] =>
  Object.entries(template.toJSON().Resources);

describe.each(stacks)('with %s', (_, { stack, template }) => {
  test('cdk-nag finds nothing that is not accepted with a reason', () => {
    expect(new AwsSolutionsChecks(stack).validateScope(stack)).toMatchObject({ success: true, violations: [] });
  });

  test('nothing is left behind when the stack is deleted', () => {
    expect(resources(template).filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')).toEqual([]);
  });

  test('nothing has a name of its own, so that nothing stands in the way of a second deployment', () => {
    const named = resources(template).filter(([, { Type, Properties = {} }]) => {
      const [kind = ''] = Type.split('::').slice(-1);
      return (
        Type !== 'AWS::IAM::Policy' && (`${kind}Name` in Properties || (kind === 'Schedule' && 'Name' in Properties))
      );
    });
    expect(named).toEqual([]);
  });

  test('the same template serves every partition', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/arn:aws(-us-gov)?:|amazonaws\.com\.cn/);
  });

  test('nothing looks anything up or runs code of its own while deploying', () => {
    expect(resources(template).filter(([, { Type }]) => /^Custom::|^AWS::CloudFormation::/.test(Type))).toEqual([]);
    template.resourceCountIs('AWS::Lambda::Function', 1);
  });
});

describe.each([
  ['aws', 'eu-central-1'],
  ['aws-cn', 'cn-northwest-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])('synthesized for %s', (partition, region) => {
  test('every ARN is of that partition', () => {
    const { template } = synthesize(SUBSCRIBED, { env: { account: '111122223333', region } });
    const arns = JSON.stringify(template.toJSON()).match(/arn:aws[a-z-]*:/g) ?? [];
    expect(new Set(arns)).toEqual(new Set([`arn:${partition}:`]));
  });
});

test('a permissions boundary bounds every role, also that of Slack', () => {
  const { template } = synthesize({ ...SUBSCRIBED, ...SLACK, permissionsBoundary: 'boundary' });
  template.resourceCountIs('AWS::IAM::Role', 3);
  template.allResourcesProperties('AWS::IAM::Role', {
    PermissionsBoundary: {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':policy/boundary']],
    },
  });
});

test('without a permissions boundary there is none', () => {
  synthesize().template.allResourcesProperties('AWS::IAM::Role', { PermissionsBoundary: Match.absent() });
});

test('the stack is tagged, so that its cost and its parts can be found', () => {
  const { template } = synthesize();
  const tags = [{ Key: 'application', Value: 'access-key-check' }];
  for (const type of [
    'AWS::Lambda::Function',
    'AWS::SNS::Topic',
    'AWS::KMS::Key',
    'AWS::SQS::Queue',
    'AWS::IAM::Role',
  ]) {
    template.allResourcesProperties(type, { Tags: tags });
  }
});

test('the outputs name the function to invoke and the topic to subscribe to', () => {
  const { template } = synthesize();
  template.hasOutput('CheckFunctionName', { Value: { Ref: only(template, 'AWS::Lambda::Function').id } });
  template.hasOutput('AlertTopicArn', { Value: { Ref: only(template, 'AWS::SNS::Topic').id } });
});

describe('the insight in Security Hub', () => {
  test("shows this account's open findings of this check, by user and key", () => {
    expect(only(synthesize().template, 'AWS::SecurityHub::Insight').properties).toEqual({
      Name: 'IAM users with more than one active access key',
      GroupByAttribute: 'ResourceId',
      Filters: {
        GeneratorId: [{ Comparison: 'EQUALS', Value: GENERATOR_ID }],
        RecordState: [{ Comparison: 'EQUALS', Value: 'ACTIVE' }],
        AwsAccountId: [{ Comparison: 'EQUALS', Value: { Ref: 'AWS::AccountId' } }],
      },
    });
  });

  test('can be left out, for an account without Security Hub', () => {
    const { template } = synthesize({ ...SUBSCRIBED, securityHubInsight: false });
    template.resourceCountIs('AWS::SecurityHub::Insight', 0);
  });
});
