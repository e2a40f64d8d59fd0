import { toFinding } from '../../lambda/findings/asff.ts';
import { jsonText } from '../json-text.ts';
import type { Scan } from './account.ts';

/**
 * The failing users as findings, ready for BatchImportFindings in calls of at most 100.
 * @throws Error when account or Region are not known, without which no finding can be addressed
 */
export function scanAsff({ failing, account, partition, region, settings: { severity }, at }: Scan): string {
  if (failing.length === 0) return '[]\n';
  if (account === undefined || region === undefined) throw new Error('a finding needs an account and a Region');
  const origin = { account, partition, region, severity };
  const findings = failing.map((user) =>
    toFinding(
      { record: 'FAILED', failing: user, stored: undefined, told: undefined, news: undefined },
      origin,
      false,
      at,
    ),
  );
  return jsonText(findings);
}
