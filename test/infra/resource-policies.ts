import type { Template } from 'aws-cdk-lib/assertions';
import type { PolicyStatement } from '../sandbox/policy.ts';
import { type Place, statementsOf } from './role-policy.ts';

/** A statement of a policy that hangs on a resource, which says who. */
export interface ResourceStatement extends PolicyStatement {
  readonly Principal: '*' | { readonly Service?: string; readonly AWS?: string };
}

/** One attempt to use a resource. */
export interface Attempt {
  /** A service principal, or the ARN of a role or account. */
  readonly by: string;
  readonly action: string;
  readonly context?: Readonly<Record<string, string>>;
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::IAM::Role': 'AssumeRolePolicyDocument',
};

/** The policies that hang on resources of one type, by logical id, resolved. */
export function resourcePolicies(template: Template, type: string, place: Place): Record<string, ResourceStatement[]> {
  return Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
      id,
      statementsOf(Properties[DOCUMENTS[type] ?? ''], template, place).map(withPrincipal),
    ]),
  );
}

/** Whether a resource's own policy lets somebody do something: a denial wins, and what is not allowed is not. */
export function lets(statements: readonly ResourceStatement[], attempt: Attempt): boolean {
  const applying = statements.filter((statement) => applies(statement, attempt));
  return applying.length > 0 && applying.every(({ Effect }) => Effect === 'Allow');
}

function applies(
  { Principal, Action, Condition = {} }: ResourceStatement,
  { by, action, context = {} }: Attempt,
): boolean {
  const who = Principal === '*' ? '*' : (Principal.Service ?? Principal.AWS);
  const actions = [Action].flat();
  return (
    (who === '*' || who === by) &&
    actions.some((name) => name === action || (name.endsWith('*') && action.startsWith(name.slice(0, -1)))) &&
    Object.values(Condition).every((keys) => Object.entries(keys).every(([key, value]) => context[key] === value))
  );
}

function withPrincipal(statement: PolicyStatement): ResourceStatement {
  if (!hasPrincipal(statement)) throw new Error(`a policy of a resource names nobody: ${JSON.stringify(statement)}`);
  return statement;
}

function hasPrincipal(statement: PolicyStatement): statement is ResourceStatement {
  return 'Principal' in statement;
}
