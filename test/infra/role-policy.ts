import type { Template } from 'aws-cdk-lib/assertions';
import type { PolicyDocument, PolicyStatement } from '../sandbox/policy.ts';

/** Where a template is thought to be deployed. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** The ARN of the topic that the template creates. */
  readonly topicArn: string;
}

type Json = Readonly<Record<string, unknown>>;

interface Resource {
  readonly Type: string;
  readonly Properties: Json;
}

const SUFFIX: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

/** The ARN that `Fn::GetAtt [id, Arn]` gives for a resource of each type. */
const ARNS: Readonly<Record<string, (place: Place, id: string) => string>> = {
  'AWS::IAM::Role': ({ partition, account }, id) => `arn:${partition}:iam::${account}:role/${id}`,
  'AWS::KMS::Key': (place, id) => `${regional('kms', place)}:key/${id}`,
  'AWS::Lambda::Function': (place, id) => `${regional('lambda', place)}:function:${id}`,
  'AWS::Logs::LogGroup': (place, id) => `${regional('logs', place)}:log-group:${id}:*`,
  'AWS::SQS::Queue': (place, id) => `${regional('sqs', place)}:${id}`,
};

/** Everything the role of the check's function may do, as one plain policy without a single intrinsic function. */
export function functionRolePolicy(template: Template, place: Place): PolicyDocument {
  return rolePolicy(template, place, 'lambda.amazonaws.com');
}

/** Everything the role that a service assumes may do. */
export function rolePolicy(template: Template, place: Place, service: string): PolicyDocument {
  const resources: Readonly<Record<string, Resource>> = template.toJSON().Resources;
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const [id, role] = roles.find(([, { Properties }]) => JSON.stringify(Properties).includes(`"${service}"`)) ?? [];
  if (!id || !role) throw new Error(`no role for ${service}`);
  const inline = listOf(role.Properties.Policies ?? []).map((policy) => (isJson(policy) ? policy : {}));
  const attached = Object.values(resources).filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${id}"`),
  );
  const documents = [...inline, ...attached.map(({ Properties }) => Properties)].map((policy) => policy.PolicyDocument);
  return { Version: '2012-10-17', Statement: documents.flatMap((document) => statementsOf(document, template, place)) };
}

/** The statements of a policy in the template, resolved. */
export function statementsOf(document: unknown, template: Template, place: Place): readonly PolicyStatement[] {
  const resolved = resolve(document, template.toJSON().Resources, place);
  if (!isJson(resolved)) throw new Error(`not a policy document: ${JSON.stringify(document)}`);
  return listOf(resolved.Statement).map((statement) => {
    if (!isStatement(statement)) throw new Error(`not a policy statement: ${JSON.stringify(statement)}`);
    return statement;
  });
}

/** A value of the template as CloudFormation would compute it. @throws Error for a function it does not know */
export function resolve(value: unknown, resources: Readonly<Record<string, Resource>>, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, resources, place));
  if (!isJson(value)) return value;
  const [name, argument] = Object.entries(value)[0] ?? [];
  const isFunction = Object.keys(value).length === 1 && (name === 'Ref' || name?.startsWith('Fn::'));
  if (!isFunction)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, resources, place)]));
  if (name === 'Ref') return referenceTo(String(argument), resources, place);
  if (name === 'Fn::GetAtt' && Array.isArray(argument) && argument[1] === 'Arn') {
    const id = String(argument[0]);
    const arnOf = ARNS[resources[id]?.Type ?? ''];
    if (arnOf) return arnOf(place, id);
  }
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const parts: unknown = resolve(argument[1], resources, place);
    if (Array.isArray(parts)) return parts.join(String(argument[0]));
  }
  throw new Error(`cannot resolve ${JSON.stringify(value)}`);
}

function referenceTo(name: string, resources: Readonly<Record<string, Resource>>, place: Place): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
    'AWS::URLSuffix': SUFFIX[place.partition] ?? 'amazonaws.com',
  };
  return pseudo[name] ?? (resources[name]?.Type === 'AWS::SNS::Topic' ? place.topicArn : name);
}

function regional(service: string, { partition, region, account }: Place): string {
  return `arn:${partition}:${service}:${region}:${account}`;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStatement(value: unknown): value is PolicyStatement {
  return isJson(value) && 'Effect' in value && 'Action' in value;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
