import { paginateGetFindings, type SecurityHubClient } from '@aws-sdk/client-securityhub';
import { GENERATOR_ID } from '../../lambda/check/reconcile.ts';
import { productArn } from '../../lambda/findings/asff.ts';
import { given, type Identity } from './account.ts';

/** How many findings of the check are open in the account; counting stops at the page on which `enough` are reached. */
export async function openFindings(client: SecurityHubClient, identity: Identity, enough: number): Promise<number> {
  const equals = (Value: string) => [{ Value, Comparison: 'EQUALS' as const }];
  const Filters = {
    ProductArn: equals(productArn(identity)),
    GeneratorId: equals(GENERATOR_ID),
    AwsAccountId: equals(identity.account),
    RecordState: equals('ACTIVE'),
  };
  // Counted by id, since a finding that changes meanwhile may be on two pages.
  const ids = new Set<string>();
  for await (const { Findings } of paginateGetFindings({ client, pageSize: 100 }, { Filters })) {
    for (const { Id } of given(Findings, 'Findings')) ids.add(given(Id, 'Id'));
    if (ids.size >= enough) break;
  }
  return ids.size;
}
