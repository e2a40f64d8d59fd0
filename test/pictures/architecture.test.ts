import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { html } from '../../cli/html.ts';
import { isObject } from '../sandbox/service.ts';
import { architecturePage } from './architecture.ts';
import { everythingOn } from './deployment.ts';

type Properties = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;

const resources: Resources = everythingOn().toJSON().Resources;
const page = pageOf(resources);
const oneOfEach = Object.entries(resources).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Alarm');

describe('the picture of the architecture', () => {
  test('names each action that anything in the stack is allowed, as often as it is, and no other', () => {
    const named = [...page.matchAll(/<code>([a-z]+:\w+\*?)<\/code>/g)].map(([, action]) => action);
    // Who may take a role is who it belongs to; that the account may use its own key is what AWS asks for.
    const allowed = allowedIn(resources).filter((action) => action !== 'sts:AssumeRole' && action !== 'kms:*');
    expect(named.toSorted()).toEqual(allowed.toSorted());
    expect(page).toContain('Its role allows <b>14 actions</b>');
    expect(page).toContain('<b class="reads">only reads</b>');
  });

  test('names the schedule, each alarm, and whom the topic tells', () => {
    expect(page).toContain('<code>cron(0 6 * * ? *)</code>');
    const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(page).toContain(html`<h2>${alarms.length} alarms</h2>`.markup);
    for (const name of ['RunFailed', 'NoCompletedRun', 'EventInFailureQueue', 'AlertNotDelivered'])
      expect(page).toContain(html`<code>${name}</code>`.markup);
    expect(page).toContain('<code>security@example.com</code>');
    expect(page).toContain('its role: 0 actions <code>AWSDenyAll</code>');
  });

  test('counts all resources and names all their types', () => {
    expect(page).toContain(html`what the stack creates, ${Object.keys(resources).length} resources in all: `.markup);
    for (const { Type } of Object.values(resources)) expect(page).toContain(Type.replace('AWS::', ''));
  });
});

describe('the picture cannot be drawn of a stack', () => {
  test.each(oneOfEach)('without what is called %s now', (id, { Type }) => {
    const { [id]: _, ...others } = resources;
    expect(() => pageOf(others)).toThrow(`the picture shows ${Type}`);
  });

  test('without alarms', () => {
    expect(() => pageOf(Object.fromEntries(oneOfEach))).toThrow('the picture shows AWS::CloudWatch::Alarm');
  });

  test.each<[string, string, Properties]>([
    ['AWS::DynamoDB::Table', 'AWS::DynamoDB::Table', {}],
    [
      'AWS::SNS::Subscription by https',
      'AWS::SNS::Subscription',
      { Protocol: 'https', Endpoint: 'https://example.com' },
    ],
    ['AWS::IAM::Role of ec2.amazonaws.com', 'AWS::IAM::Role', roleOf('ec2.amazonaws.com')],
    [
      'AWS::IAM::Role of lambda.amazonaws.com with managed policies',
      'AWS::IAM::Role',
      { ...roleOf('lambda.amazonaws.com'), ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
    ],
  ])('that has %s as well', (kind, Type, Properties) => {
    expect(() => pageOf({ ...resources, More: { Type, Properties } })).toThrow(`the picture has no place for ${kind}`);
  });

  test('that has two functions', () => {
    const more = { Type: 'AWS::Lambda::Function', Properties: {} };
    expect(() => pageOf({ ...resources, More: more })).toThrow('the template has 2 of it');
  });

  test.each([
    ['iam:DeleteAccessKey by function', 'iam:ListUsers', 'iam:DeleteAccessKey'],
    ['s3:GetObject by function', 'logs:PutLogEvents', 's3:GetObject'],
    ['a line from function to function', 'iam:ListUsers', 'lambda:InvokeFunction'],
    ['events.amazonaws.com', 'cloudwatch.amazonaws.com', 'events.amazonaws.com'],
  ])('that allows %s', (what, instead, of) => {
    expect(() => pageOf(replaced(instead, of))).toThrow(`the picture has no place for ${what}`);
  });

  test('that allows less than is drawn', () => {
    const blind = replaced('securityhub:BatchImportFindings', 'securityhub:GetFindings');
    expect(pageOf(blind)).not.toContain('reads and records');
    const without = JSON.stringify(resources).replaceAll(/"securityhub:\w+"/g, '"sns:Publish"');
    expect(() => pageOf(JSON.parse(without))).toThrow('what the template does not allow: function hub');
  });
});

function pageOf(Resources: Resources): string {
  return architecturePage({ template: Template.fromJSON({ Resources }) });
}

function replaced(text: string, by: string): Resources {
  return JSON.parse(JSON.stringify(resources).replaceAll(text, by));
}

function roleOf(service: string): Properties {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
  return { AssumeRolePolicyDocument: { Statement: [statement] } };
}

/** The actions of all statements that allow something, wherever they stand. */
function allowedIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(allowedIn);
  if (!isObject(value)) return [];
  if (value.Effect === 'Allow') return [value.Action].flat().map(String);
  return Object.values(value).flatMap(allowedIn);
}
