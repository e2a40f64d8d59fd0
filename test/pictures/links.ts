import type { Template } from 'aws-cdk-lib/assertions';
import { type ResourceStatement, resourcePolicies } from '../infra/resource-policies.ts';
import { type Place, rolePolicy } from '../infra/role-policy.ts';
import type { PolicyStatement } from '../sandbox/policy.ts';
import type { Part, Resource } from './deployment.ts';

/** That one part talks to another. */
export interface Link {
  readonly from: Part;
  readonly to: Part;
  /** What it does there, in a word or two. */
  readonly verb: string;
  /** The actions that it is allowed for this, or the address that it sends to. */
  readonly what: readonly string[];
}

/** Where the template is thought to be deployed; of no consequence to the picture. */
export const SOMEWHERE: Place = {
  partition: 'aws',
  region: 'eu-central-1',
  account: '111122223333',
  topicArn: 'topic',
};

/** Those who act by a role of their own, by the service that assumes it. */
const BY_ROLE: Readonly<Record<string, Part>> = {
  'scheduler.amazonaws.com': 'schedule',
  'lambda.amazonaws.com': 'function',
  'chatbot.amazonaws.com': 'slack',
};

/** Those whom the policy of a resource lets act. */
const BY_RESOURCE: Readonly<Record<string, Part>> = { 'cloudwatch.amazonaws.com': 'alarms' };

/** What each action is about, and what it does there. An action that is not here has no place in the picture. */
const ACTIONS: readonly { readonly name: RegExp; readonly to: Part; readonly verb: string }[] = [
  { name: /^lambda:InvokeFunction$/, to: 'function', verb: 'invokes' },
  { name: /^iam:((Get|List)\w+|GenerateCredentialReport)$/, to: 'iam', verb: 'reads' },
  { name: /^securityhub:GetFindings$/, to: 'hub', verb: 'reads' },
  { name: /^securityhub:BatchImportFindings$/, to: 'hub', verb: 'records' },
  // What is published is encrypted with the permissions of the publisher.
  { name: /^(sns:Publish|kms:Decrypt|kms:GenerateDataKey\*?)$/, to: 'topic', verb: 'publishes' },
  { name: /^logs:(CreateLogStream|PutLogEvents)$/, to: 'log', verb: 'writes' },
  { name: /^sqs:SendMessage$/, to: 'queue', verb: 'sets aside' },
];

/** What may talk to what, by the policies in a template, and where the topic delivers to. */
export function linksOf(template: Template, resources: readonly Resource[]): readonly Link[] {
  const byRole = Object.entries(BY_ROLE).flatMap(([service, from]) =>
    [rolePolicy(template, SOMEWHERE, service).Statement].flat().flatMap((statement) => linksBy(from, statement)),
  );
  const byResource = ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key', 'AWS::SQS::QueuePolicy']
    .flatMap((type) => Object.values(resourcePolicies(template, type, SOMEWHERE)).flat())
    .flatMap((statement) => actorsIn(statement).flatMap((from) => linksBy(from, statement)));
  return [...joined([...byRole, ...byResource]), ...resources.flatMap(deliveries)];
}

function linksBy(from: Part, { Effect, Action }: PolicyStatement): Link[] {
  if (Effect !== 'Allow') return [];
  return [Action].flat().map((action) => {
    const known = ACTIONS.find(({ name }) => name.test(action));
    if (!known) throw new Error(`the picture has no place for ${action} by ${from}`);
    return { from, to: known.to, verb: known.verb, what: [action] };
  });
}

/** Nobody where only the account itself is named, whose own policies then decide. */
function actorsIn({ Principal }: ResourceStatement): Part[] {
  if (Principal === '*' || Principal.Service === undefined) return [];
  const from = BY_RESOURCE[Principal.Service];
  if (from === undefined) throw new Error(`the picture has no place for ${Principal.Service}`);
  return [from];
}

/** One link from each part to each other, which does all that is done there. */
function joined(links: readonly Link[]): Link[] {
  const pairs = [...new Set(links.map(({ from, to }) => `${from} ${to}`))];
  return pairs.flatMap((pair) => {
    const [first, ...more] = links.filter(({ from, to }) => `${from} ${to}` === pair);
    if (!first) return [];
    const verbs = new Set([first, ...more].map(({ verb }) => verb));
    return { ...first, verb: [...verbs].join(' and '), what: [first, ...more].flatMap(({ what }) => what) };
  });
}

function deliveries({ part, properties }: Resource): Link[] {
  const { Endpoint, SlackChannelId } = properties;
  if (Endpoint !== undefined) return [{ from: 'topic', to: part, verb: 'mails', what: [String(Endpoint)] }];
  return SlackChannelId === undefined
    ? []
    : [{ from: 'topic', to: part, verb: 'posts', what: [String(SlackChannelId)] }];
}
