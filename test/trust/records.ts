import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { SandboxUser } from '../sandbox/iam.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** The rule, from the outside: more than one key is Active. */
export function isFailing(user: SandboxUser | undefined): boolean {
  return (user?.keys ?? []).filter(({ status }) => status === 'Active').length > 1;
}

/** The user that a finding of this check is about. */
export function userIdOf({ Id = '' }: Pick<AwsSecurityFinding, 'Id'>): string {
  return Id.split('/').at(-1) ?? '';
}

/** What belongs to the customer or to Security Hub, and must never be sent. */
const NOT_OURS = ['Workflow', 'Note', 'UserDefinedFields', 'VerificationState', 'Severity', 'Types', 'Confidence'];

/** Holds everything that is imported, at the moment it is, against what is true at that moment. */
export function watchRecords({ securityHub, iam }: Sandbox, violations: string[]): void {
  const original = securityHub.import.bind(securityHub);
  securityHub.import = (sent) => {
    const user = iam.users.get(userIdOf(sent));
    const state = `${sent.Compliance?.Status}/${sent.RecordState}`;
    const truth = isFailing(user) ? 'FAILED/ACTIVE' : 'PASSED/ARCHIVED';
    if (state !== truth) violations.push(`recorded-truly: ${sent.Id} (${user?.userName}) was recorded as ${state}`);
    const foreign = NOT_OURS.filter((field) => field in sent);
    if (foreign.length > 0) violations.push(`customer-owned: an import of ${sent.Id} carried ${foreign.join(', ')}`);
    original(sent);
  };
}
