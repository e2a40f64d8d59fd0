import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { organizationTemplate } from '../../infra/organization-template.ts';
import { SettingsError } from '../../infra/settings.ts';
import { only, synthesize } from './synthesize.ts';
import { waitsFor } from './waits-for.ts';

const text = organizationTemplate({});
const template = Template.fromString(text);
const { Parameters: parameters, Rules: rules, Resources: resources } = template.toJSON();
const check = only(template, 'AWS::Lambda::Function').properties;

describe('the template for organizations', () => {
  test('needs no asset, no bootstrap and no lookup', () => {
    expect(text).not.toMatch(/cdk-hnb659fds|BootstrapVersion|S3Bucket|AWS::SSM::Parameter/);
  });

  test('leaves open only what differs between organizations', () => {
    expect(Object.keys(parameters)).toEqual(['Schedule', 'AlertEmail', 'AlertTopicArn', 'AlertTopicKeyArn']);
  });

  test('can be deployed without giving any parameter', () => {
    expect(Object.values(parameters)).toSatisfy((all: { Default?: string }[]) =>
      all.every(({ Default }) => Default !== undefined),
    );
  });

  test('holds the same resources as the stack, but for the insight', () => {
    const typesIn = (from: Template) =>
      Object.values(from.toJSON().Resources).flatMap((resource) => String(Object(resource).Type));
    expect([...typesIn(template), 'AWS::SecurityHub::Insight'].toSorted()).toEqual(
      typesIn(synthesize().template).toSorted(),
    );
  });

  test('holds the insight if asked to', () => {
    const asked = Template.fromString(organizationTemplate({ securityHubInsight: 'true' }));
    asked.resourceCountIs('AWS::SecurityHub::Insight', 1);
  });

  test('is small enough to be given to CloudFormation as it is, also with a boundary and an insight', () => {
    const largest = organizationTemplate({ permissionsBoundary: 'b'.repeat(64), securityHubInsight: 'true' });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200);
    expect(Buffer.byteLength(largest)).toBeLessThanOrEqual(51_200);
  });

  test('says in one text what the CDK joins out of texts and references', () => {
    expect(text).not.toContain('Fn::Join');
    expect(text).toContain(`{"Fn::Sub":"arn:$\{AWS::Partition}:iam::$\{AWS::AccountId}:user/*"}`);
    expect(text).toContain(`{"Fn::Sub":"sns.$\{AWS::Region}.$\{AWS::URLSuffix}"}`);
  });

  test('serves every partition', () => {
    const { Parameters: _, ...rest } = template.toJSON();
    delete rest.Resources[only(template, 'AWS::Lambda::Function').id].Properties.Code;
    expect(JSON.stringify(rest)).not.toMatch(/arn:aws[a-z-]*:/);
  });
});

describe('the topic', () => {
  const topic = only(template, 'AWS::SNS::Topic').id;
  const either = { 'Fn::If': ['OwnTopic', { Ref: topic }, { Ref: 'AlertTopicArn' }] };

  test('is the existing one if given: then the function and every other alarm publish to it', () => {
    expect(check.Environment).toMatchObject({ Variables: { ALERT_TOPIC_ARN: either } });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.filter(({ Condition }) => !Condition)).toHaveLength(3);
    for (const { Condition, Properties } of alarms)
      expect(Properties.AlarmActions).toEqual([Condition ? { Ref: topic } : either]);
  });

  test('of our own exists only without it, with all that belongs to it', () => {
    const conditional = Object.entries(resources).flatMap(([, resource]) => {
      const { Type, Condition } = resource as { Type: string; Condition?: string };
      return Condition ? `${Type} ${Condition}` : [];
    });
    expect(conditional.toSorted()).toEqual([
      'AWS::CloudWatch::Alarm OwnTopic',
      'AWS::IAM::Policy EncryptedTopic',
      'AWS::KMS::Key OwnTopic',
      'AWS::SNS::Subscription EmailGiven',
      'AWS::SNS::Topic OwnTopic',
      'AWS::SNS::TopicPolicy OwnTopic',
    ]);
  });

  test('and its subscriber exclude each other, and a key needs a topic', () => {
    expect(Object.values(rules)).toMatchObject([
      { Assertions: [{ AssertDescription: 'AlertEmail and AlertTopicArn exclude each other' }] },
      { Assertions: [{ AssertDescription: 'AlertTopicKeyArn needs AlertTopicArn' }] },
    ]);
  });
});

describe('the schedule', () => {
  const { id } = only(template, 'AWS::Scheduler::Schedule');
  const { DependsOn: dependsOn, Metadata: metadata } = resources[id];

  test('comes after everything else, as a rate starts at once', () => {
    expect(waitsFor(id, resources).toSorted()).toEqual(Object.keys(resources).toSorted());
  });

  test('depends only on what always exists, as it would be left out together with what does not', () => {
    expect(dependsOn.filter((other: string) => resources[other].Condition)).toEqual([]);
  });

  test('refers to what may not exist only where it does', () => {
    expect(metadata.After.length).toBeGreaterThan(0);
    for (const reference of metadata.After) {
      const [condition, { Ref: other }] = reference['Fn::If'];
      expect(resources[other].Condition).toBe(condition);
    }
  });
});

describe('the parameter', () => {
  test.each([
    ['Schedule', 'cron(0 6 * * ? *)', true],
    ['Schedule', 'cron(30 */6 ? * * *)', true],
    ['Schedule', 'rate(24 hours)', true],
    ['Schedule', 'rate(1 day)', true],
    ['Schedule', 'rate(25 hours)', false],
    ['Schedule', 'rate(2 days)', false],
    ['Schedule', 'cron(0 6 ? * MON-FRI *)', false],
    ['Schedule', 'cron(* * * * ? *)', false],
    ['Schedule', 'daily', false],
    ['AlertEmail', '', true],
    ['AlertEmail', 'security@example.com', true],
    ['AlertEmail', 'security', false],
    ['AlertTopicArn', '', true],
    ['AlertTopicArn', 'arn:aws-us-gov:sns:us-gov-west-1:111122223333:alerts', true],
    ['AlertTopicArn', 'arn:aws:sns:eu-central-1:111122223333:alerts.fifo', false],
    ['AlertTopicKeyArn', '', true],
    ['AlertTopicKeyArn', 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd', true],
    ['AlertTopicKeyArn', 'arn:aws:kms:eu-central-1:111122223333:alias/alerts', false],
  ])('%s as "%s" is taken: %s', (name, value, isTaken) => {
    expect(new RegExp(parameters[name].AllowedPattern).test(value)).toBe(isTaken);
  });
});

describe('a setting', () => {
  test('that is no parameter is fixed when the template is made', () => {
    const fixed = Template.fromString(organizationTemplate({ reminderDays: '1' }, [], 'exports.handler = () => {}'));
    fixed.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { REMINDER_DAYS: '1' } } });
  });

  test('that is a parameter is refused, together with all other problems', () => {
    expect(() => organizationTemplate({ schedule: 'rate(1 day)', severity: 'URGENT' })).toThrow(
      new SettingsError([
        'schedule is a parameter of the template: leave it out here (it may be in cdk.json)',
        'severity is "URGENT": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
      ]),
    );
  });
});
