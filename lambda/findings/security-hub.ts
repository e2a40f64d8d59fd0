import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  GetFindingsCommand,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { plain, reasonOf } from '../advice/plain.ts';
import { GENERATOR_ID, type StoredFinding } from '../check/reconcile.ts';
import { type Origin, productArn } from './asff.ts';
import { toStored } from './stored-finding.ts';

/** Security Hub as this check uses it. */
export interface FindingStore {
  /** Every finding of ours, archived ones included. Throws when not all could be read. */
  readonly list: () => Promise<readonly StoredFinding[]>;
  /** Imports findings and gives back those that were not accepted, each with the reason. */
  readonly importAll: (findings: readonly AwsSecurityFinding[]) => Promise<readonly Refusal[]>;
}

export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

/** When calls have to end, counted from the start of each step, and how long to wait before refused findings are sent again. */
export interface Timing {
  readonly listing: AbortSignal;
  readonly importing: () => AbortSignal;
  readonly retryDelayMs: number;
}

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
const BATCH = 100;

/** Sending these again would not help: the finding is wrong, or Security Hub is not enabled. */
const FINAL = ['InvalidInput', 'InvalidAccess'];
const ATTEMPTS = 4;

export function securityHub(client: SecurityHubClient, origin: Omit<Origin, 'severity'>, timing: Timing): FindingStore {
  return {
    list: () => list(client, origin, timing.listing),
    importAll: async (findings) => {
      const refusals: Refusal[] = [];
      const step = { signal: timing.importing(), retryDelayMs: timing.retryDelayMs };
      for (let i = 0; i < findings.length; i += BATCH) {
        refusals.push(...(await importBatch(client, findings.slice(i, i + BATCH), step)));
      }
      return refusals;
    },
  };
}

async function list(client: SecurityHubClient, origin: Omit<Origin, 'severity'>, abortSignal: AbortSignal) {
  const equals = (Value: string) => [{ Value, Comparison: 'EQUALS' as const }];
  const Filters = {
    ProductArn: equals(productArn(origin)),
    GeneratorId: equals(GENERATOR_ID),
    AwsAccountId: equals(origin.account),
  };
  const newest = new Map<string, StoredFinding>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetFindingsCommand({ Filters, MaxResults: 100, NextToken }), { abortSignal });
    if (!page.Findings) throw new Error('Security Hub answered without Findings (GetFindings)');
    if (page.NextToken && page.NextToken === NextToken) throw new Error('Security Hub gave the same page twice');
    for (const body of page.Findings) {
      const finding = toStored(body, origin);
      // Pages are read at different times, so that a finding may come twice, in two versions.
      const known = finding && newest.get(finding.id);
      if (finding && !(known && Date.parse(known.updatedAt) > Date.parse(finding.updatedAt)))
        newest.set(finding.id, finding);
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return [...newest.values()];
}

async function importBatch(
  client: SecurityHubClient,
  batch: readonly AwsSecurityFinding[],
  step: { readonly signal: AbortSignal; readonly retryDelayMs: number },
  attempt = 1,
): Promise<readonly Refusal[]> {
  const all = (reason: string) => batch.map(({ Id: id = '' }) => ({ id, reason }));
  let refused: readonly (Refusal & { readonly code: string })[];
  try {
    const command = new BatchImportFindingsCommand({ Findings: [...batch] });
    const { SuccessCount = 0, FailedFindings = [] } = await client.send(command, { abortSignal: step.signal });
    // HTTP 200 says nothing: each finding has to be accounted for.
    if (SuccessCount + FailedFindings.length !== batch.length) {
      return all(`Security Hub accounted for ${SuccessCount + FailedFindings.length} of ${batch.length} findings`);
    }
    refused = FailedFindings.map(({ Id: id = '', ErrorCode: code = '', ErrorMessage }) => {
      return { id, code, reason: plain(`${code}: ${ErrorMessage}`, 300) };
    });
  } catch (error) {
    return all(reasonOf(error));
  }
  const again = batch.filter(({ Id }) => refused.some(({ id, code }) => id === Id && !FINAL.includes(code)));
  if (again.length === 0 || attempt === ATTEMPTS) return refused;
  // Once time is over the next call says so.
  await sleep(step.retryDelayMs * 2 ** (attempt - 1), undefined, { signal: step.signal }).catch(() => undefined);
  const final = refused.filter(({ id }) => !again.some(({ Id }) => Id === id));
  return [...final, ...(await importBatch(client, again, step, attempt + 1))];
}
