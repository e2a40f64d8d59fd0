import type { ImportFindingsError } from '@aws-sdk/client-securityhub';
import { asffProblems, isImportable } from './asff-rules.ts';
import { parseFilters } from './finding-filters.ts';
import { pageOf } from './paging.ts';
import { denied } from './policy.ts';
import type { SecurityHub } from './security-hub.ts';
import { type AccountFacts, AwsError, type Input, isObject, type Operations } from './service.ts';

export const SECURITY_HUB_ROUTES = {
  'POST /findings': 'GetFindings',
  'POST /findings/import': 'BatchImportFindings',
  'PATCH /findings/batchupdate': 'BatchUpdateFindings',
};

const LARGEST_BATCH = 100;
const LARGEST_BATCH_BYTES = 6 * 1024 * 1024;
const DEFAULT_MAX_RESULTS = 10;
const LARGEST_MAX_RESULTS = 100;

/** Security Hub over HTTP: GetFindings and BatchImportFindings. */
export function securityHubOperations(hub: SecurityHub, facts: AccountFacts): Operations {
  const { partition, region, account } = facts;
  return {
    GetFindings: {
      resources: () => [`arn:${partition}:securityhub:${region}:${account}:hub/default`],
      answer: (input) => {
        requireSubscription(hub, facts);
        return getFindings(hub, input, facts);
      },
    },
    BatchImportFindings: {
      resources: (input) => {
        const products = findingsOf(input).map((finding) => (isObject(finding) ? finding.ProductArn : undefined));
        return [...new Set(products.filter((arn) => typeof arn === 'string'))];
      },
      answer: (input) => {
        requireSubscription(hub, facts);
        return batchImportFindings(hub, input, facts);
      },
    },
  };
}

function requireSubscription(hub: SecurityHub, { account }: AccountFacts): void {
  if (hub.enabled) return;
  throw new AwsError(401, 'InvalidAccessException', `Account ${account} is not subscribed to AWS Security Hub`);
}

/** Pages of 1 to 100 findings, 10 by default; the token belongs to the filters it was given for. */
function getFindings(hub: SecurityHub, input: Input, { pageSize }: AccountFacts) {
  const { Filters, MaxResults = DEFAULT_MAX_RESULTS, NextToken, ...unknown } = input;
  if (Object.keys(unknown).length > 0) throw invalid(`the sandbox does not know ${Object.keys(unknown).join(', ')}`);
  if (
    typeof MaxResults !== 'number' ||
    !Number.isInteger(MaxResults) ||
    MaxResults < 1 ||
    MaxResults > LARGEST_MAX_RESULTS
  ) {
    throw invalid(`MaxResults should be an integer from 1 to ${LARGEST_MAX_RESULTS}, not ${MaxResults}`);
  }
  const matches = parseFilters(Filters);
  const found = hub.visible().filter(({ finding }) => matches(finding));
  const page = pageOf(`GetFindings/${JSON.stringify(Filters)}`, found, ({ sequence }) => sequence, {
    token: typeof NextToken === 'string' ? NextToken : undefined,
    size: Math.min(MaxResults, pageSize),
  });
  if (page === undefined) throw invalid('Invalid NextToken');
  return { Findings: page.items.map(({ finding }) => finding), NextToken: page.next };
}

/** 1 to 100 findings of at most 6 MB together, else nothing is imported; each is then accepted or refused on its own. */
function batchImportFindings(hub: SecurityHub, input: Input, facts: AccountFacts) {
  const findings = findingsOf(input);
  if (findings.length < 1) throw invalid("Invalid parameter 'Findings'. data should NOT have fewer than 1 items");
  if (findings.length > LARGEST_BATCH) {
    throw invalid(`Invalid parameter 'Findings'. data should NOT have more than ${LARGEST_BATCH} items`);
  }
  if (Buffer.byteLength(JSON.stringify(input)) > LARGEST_BATCH_BYTES) throw invalid('Request is larger than 6 MB');
  for (const finding of findings) requireOwnAccount(hub, finding, facts);

  const FailedFindings = findings.flatMap((finding) => importOne(hub, finding));
  return { FailedCount: FailedFindings.length, SuccessCount: findings.length - FailedFindings.length, FailedFindings };
}

/** With the default product, AwsAccountId must be the caller's account; otherwise AWS answers a misleading AccessDenied. */
function requireOwnAccount(hub: SecurityHub, finding: unknown, facts: AccountFacts): void {
  const { ProductArn = hub.productArn, AwsAccountId = facts.account } = isObject(finding) ? finding : {};
  if (ProductArn === hub.productArn && AwsAccountId === facts.account) return;
  throw denied('securityhub', facts, `securityhub:BatchImportFindings on resource: ${ProductArn}`);
}

function importOne(hub: SecurityHub, finding: unknown): readonly ImportFindingsError[] {
  if (!isImportable(finding)) {
    const { Id } = isObject(finding) ? finding : {};
    const ErrorMessage = `Finding does not adhere to Amazon Finding Format. ${asffProblems(finding).join(', ')}.`;
    return [{ Id: typeof Id === 'string' && Id !== '' ? Id : 'unknown', ErrorCode: 'InvalidInput', ErrorMessage }];
  }
  const refusal = hub.refuse(finding);
  if (refusal !== undefined) return [{ Id: String(finding.Id), ...refusal }];
  hub.import(finding);
  return [];
}

function findingsOf({ Findings }: Input): readonly unknown[] {
  if (!Array.isArray(Findings)) throw invalid("Invalid parameter 'Findings'. data should be array");
  return Findings;
}

function invalid(message: string): AwsError {
  return new AwsError(400, 'InvalidInputException', message);
}
