import { type AccountFacts, AwsError, type Input, type Operation, type ServiceName } from './service.ts';

/** An IAM policy document, as far as this sandbox evaluates it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** One statement of a policy. NotAction, NotResource and Principal are refused as unsupported. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

type Compare = (value: string, expected: string) => boolean;

const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: (value, expected) => isLike(value, expected),
  ArnEquals: (value, expected) => isLike(value, expected),
  ArnLike: (value, expected) => isLike(value, expected),
  Bool: (value, expected) => value === expected.toLowerCase(),
};

/** Refuses a policy with elements this sandbox would not evaluate. @throws Error naming the element */
export function requireSupported(policy: PolicyDocument): void {
  for (const statement of statementsOf(policy)) {
    const unknown = Object.keys(statement).filter((element) => !ELEMENTS.includes(element));
    if (unknown.length > 0) throw new Error(`the sandbox does not evaluate the policy element ${unknown.join(', ')}`);
    if (!['Allow', 'Deny'].includes(statement.Effect))
      throw new Error(`Effect is Allow or Deny, not ${statement.Effect}`);
    const operators = Object.keys(statement.Condition ?? {}).filter((name) => !Object.hasOwn(OPERATORS, name));
    if (operators.length > 0) throw new Error(`the sandbox does not evaluate the condition ${operators.join(', ')}`);
  }
}

/**
 * Evaluates an identity policy for one call: an explicit deny wins, then an allow is needed for every resource; what is
 * not allowed is denied. An action without a resource type is allowed on `*` only.
 * @throws AccessDenied as the service words it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function authorize(
  policy: PolicyDocument,
  call: { service: ServiceName; operation: string; input: Input },
  { resources }: Operation,
  facts: AccountFacts,
): void {
  const action = `${call.service}:${call.operation}`;
  const context = contextOf(facts);
  const arns = resources(call.input);
  for (const resource of arns.length > 0 ? arns : ['*']) {
    const applying = statementsOf(policy).filter((statement) => applies(statement, action, resource, context));
    const why = applying.some(({ Effect }) => Effect === 'Deny')
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    if (applying.length === 0 || why.startsWith('with'))
      throw denied(call.service, facts, `${action} on resource: ${resource} ${why}`);
  }
}

/** The error a service answers to a caller who may not. IAM, Security Hub and SNS each have their own name for it. */
export function denied(
  service: ServiceName,
  facts: Pick<AccountFacts, 'partition' | 'account'>,
  what: string,
): AwsError {
  const code = DENIALS[service];
  return new AwsError(403, code, `User: ${callerArn(facts)} is not authorized to perform: ${what}`);
}

/** Who calls: the role of the deployed function. */
export function callerArn({ partition, account }: Pick<AccountFacts, 'partition' | 'account'>): string {
  return `arn:${partition}:sts::${account}:assumed-role/access-key-check/sandbox`;
}

const DENIALS: Readonly<Record<ServiceName, string>> = {
  iam: 'AccessDenied',
  securityhub: 'AccessDeniedException',
  sns: 'AuthorizationError',
  sts: 'AccessDenied',
};

function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return listOf(Statement);
}

function applies(
  statement: PolicyStatement,
  action: string,
  resource: string,
  context: ReadonlyMap<string, string>,
): boolean {
  return (
    listOf(statement.Action).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    listOf(statement.Resource).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) =>
        holds(operator, context.get(key.toLowerCase()), listOf(expected)),
      ),
    )
  );
}

/** A condition on a key the call does not carry never holds. */
function holds(operator: string, value: string | undefined, expected: readonly string[]): boolean {
  const compare = OPERATORS[operator];
  return value !== undefined && compare !== undefined && expected.some((pattern) => compare(value, pattern));
}

/** The condition keys this sandbox can supply. */
function contextOf(facts: AccountFacts): ReadonlyMap<string, string> {
  return new Map([
    ['aws:principalarn', `arn:${facts.partition}:iam::${facts.account}:role/access-key-check`],
    ['aws:principalaccount', facts.account],
    ['aws:resourceaccount', facts.account],
    ['aws:requestedregion', facts.region],
    ['aws:securetransport', 'true'],
    ['securityhub:targetaccount', facts.account],
  ]);
}

/** `*` is any text, `?` any one character. */
function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
