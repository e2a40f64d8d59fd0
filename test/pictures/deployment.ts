import type { Template } from 'aws-cdk-lib/assertions';
import { type ResourceStatement, resourcePolicies } from '../infra/resource-policies.ts';
import { synthesize } from '../infra/synthesize.ts';
import { isObject } from '../sandbox/service.ts';
import { type Link, linksOf, SOMEWHERE } from './links.ts';

/** What the stack consists of, and whatever else it talks to. */
export type Part = 'schedule' | 'function' | 'log' | 'queue' | 'alarms' | 'topic' | 'iam' | 'hub' | 'mail' | 'slack';

/** One resource of the template. `kind` is its type and, for roles and subscriptions, whose or what for. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly kind: string;
  readonly part: Part;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What is deployed, and what talks to what. */
export interface Deployment {
  readonly resources: readonly Resource[];
  readonly links: readonly Link[];
}

/** Of these there may be any number; of everything else the picture shows exactly one. */
const MANY = ['AWS::CloudWatch::Alarm'];

/** The part that each kind of resource belongs to. */
const PARTS: Readonly<Record<string, Part>> = {
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::IAM::Role of scheduler.amazonaws.com': 'schedule',
  'AWS::Lambda::Function': 'function',
  'AWS::Lambda::EventInvokeConfig': 'function',
  'AWS::IAM::Role of lambda.amazonaws.com': 'function',
  'AWS::IAM::Policy': 'function',
  'AWS::Logs::LogGroup': 'log',
  'AWS::SQS::Queue': 'queue',
  'AWS::SQS::QueuePolicy': 'queue',
  'AWS::CloudWatch::Alarm': 'alarms',
  'AWS::SNS::Topic': 'topic',
  'AWS::SNS::TopicPolicy': 'topic',
  'AWS::KMS::Key': 'topic',
  'AWS::SecurityHub::Insight': 'hub',
  'AWS::SNS::Subscription by email': 'mail',
  'AWS::Chatbot::SlackChannelConfiguration': 'slack',
  'AWS::IAM::Role of chatbot.amazonaws.com': 'slack',
};

/** The stack with everything that can be switched on. */
export function everythingOn(): Template {
  const slack = { slackWorkspaceId: 'T0123ABCDEF', slackChannelId: 'C0123ABCDEF' };
  return synthesize({ alertEmails: 'security@example.com', ...slack }).template;
}

/**
 * What a template deploys, and what may talk to what.
 * @throws Error naming what the picture has no place for, or what it shows and the template does not have
 */
export function deploymentOf(template: Template): Deployment {
  const roles = resourcePolicies(template, 'AWS::IAM::Role', SOMEWHERE);
  const found: Readonly<Record<string, { readonly Type: string; readonly Properties: Resource['properties'] }>> =
    template.toJSON().Resources;
  const resources = Object.entries(found).map(([id, { Type: type, Properties: properties }]) => {
    const kind = kindOf(type, properties, roles[id]);
    const part = PARTS[kind];
    if (part === undefined) throw new Error(`the picture has no place for ${kind} (${id})`);
    return { id, type, kind, part, properties };
  });
  for (const kind of Object.keys(PARTS)) {
    const number = resources.filter((resource) => resource.kind === kind).length;
    if (number === 0 || (number > 1 && !MANY.includes(kind)))
      throw new Error(`the picture shows ${kind}, and the template has ${number} of it`);
  }
  return { resources, links: linksOf(template, resources) };
}

function kindOf(type: string, properties: Resource['properties'], trust: readonly ResourceStatement[] = []): string {
  if (type === 'AWS::SNS::Subscription') return `${type} by ${properties.Protocol}`;
  if (type !== 'AWS::IAM::Role') return type;
  const owners = trust.map(({ Principal }) => (Principal === '*' ? 'anybody' : Principal.Service));
  // What those allow stands nowhere in the template.
  return `${type} of ${owners.join(', ')}${'ManagedPolicyArns' in properties ? ' with managed policies' : ''}`;
}

/** One value of the only resource of a kind, by the path to it. @throws Error if there is nothing there */
export function fact({ resources }: Deployment, kind: string, path: string): string {
  const resource = resources.find((each) => each.kind === kind);
  const value = path
    .split('.')
    .reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), resource?.properties);
  if (value === undefined) throw new Error(`${kind} has no ${path}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
