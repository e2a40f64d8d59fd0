import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SettingsError } from '../../infra/settings.ts';
import { organizationTemplate } from '../../infra/template.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { loadInline } from './inline.ts';
import { only, synthesize } from './synthesize.ts';

const text = organizationTemplate({});
const template = Template.fromString(text);
const { Parameters: parameters, Rules: rules, Resources: resources } = template.toJSON();
const check = only(template, 'AWS::Lambda::Function').properties;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

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
    const ids = (from: Template) => Object.keys(from.toJSON().Resources);
    const isSame = (id: string) => !/^(Insight|AlertsEmail|Alertssecurity)/.test(id);
    expect(ids(template).filter(isSame)).toEqual(ids(synthesize().template).filter(isSame));
    template.resourceCountIs('AWS::SecurityHub::Insight', 0);
  });

  test('holds the insight if asked to', () => {
    const asked = Template.fromString(organizationTemplate({ securityHubInsight: 'true' }));
    asked.resourceCountIs('AWS::SecurityHub::Insight', 1);
  });

  test('is small enough to be given to CloudFormation as it is', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200);
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
    const fixed = Template.fromString(organizationTemplate({ reminderDays: '1' }, 'exports.handler = () => {}'));
    fixed.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { REMINDER_DAYS: '1' } } });
  });

  test('that is a parameter is refused, together with all other problems', () => {
    expect(() => organizationTemplate({ schedule: 'rate(1 day)', severity: 'URGENT' })).toThrow(
      new SettingsError([
        'schedule is a parameter of the template',
        'severity is "URGENT": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
      ]),
    );
  });
});

test('code that is larger than CloudFormation takes is refused with both sizes', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => organizationTemplate({}, ' '.repeat(5_000_000))).toThrow(
    'the inline code has 5000000 bytes, and CloudFormation takes at most 4194304',
  );
  expect(() => organizationTemplate({}, ' '.repeat(1_000_000))).toThrow(
    /^the template has \d{7} bytes, and CloudFormation takes at most 1000000$/,
  );
});

describe('the code inside', () => {
  const code = String(Object(check.Code).ZipFile);

  test('brings no SDK of its own: the runtime has one', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(51_200);
    expect(code).toMatch(/require\("@aws-sdk\/client-iam"\)/);
  });

  test('runs the whole check: it finds a user, records the finding and publishes the alert', async () => {
    const sandbox = await startSandbox();
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}] });
    for (const [name, value] of Object.entries({ ...sandbox.env, ALERT_TOPIC_ARN: sandbox.sns.topicArn }))
      vi.stubEnv(name, value);
    vi.spyOn(console, 'info').mockImplementation(() => {});
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const context = { invokedFunctionArn: sandbox.functionArn, getRemainingTimeInMillis: () => 900_000 };

    const summary = await loadInline(code).handler({}, context);

    expect(summary).toMatchObject({ users: { failing: 1 }, findings: { opened: 1 }, alerts: { published: true } });
    expect(sandbox.securityHub.findings.size).toBe(1);
    expect(sandbox.sns.published).toHaveLength(1);
    await sandbox.close();
  });
});
