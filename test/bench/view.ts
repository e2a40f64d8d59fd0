import type { Sandbox } from '../sandbox/sandbox.ts';
import { parameter } from '../sandbox/service.ts';
import type { AccountView } from './journal.ts';

/** What a sandbox saw since it was last asked, and what is true of it. The journal is emptied. */
export function viewOf({ calls, iam, securityHub, sns }: Sandbox): AccountView {
  const journal = calls.splice(0).map(({ service, operation, status, errorCode, input, startedAt }) => ({
    ...{ service, operation, status, userName: parameter(input, 'UserName'), at: startedAt.getTime() },
    ...(errorCode !== undefined && { errorCode }),
  }));
  const users = [...iam.users.values()];
  const failing = users.filter(({ keys }) => keys.filter(({ status }) => status === 'Active').length > 1);
  const open = [...securityHub.findings.values()].filter(
    ({ Compliance, RecordState }) => Compliance?.Status === 'FAILED' && RecordState === 'ACTIVE',
  );
  return {
    journal,
    userNames: users.map(({ userName }) => userName),
    failing: failing.map(({ arn }) => arn),
    found: open.flatMap(({ Resources = [] }) =>
      Resources.flatMap(({ Type, Id = '' }) => (Type === 'AwsIamUser' ? [Id] : [])),
    ),
    published: sns.published.length,
  };
}
