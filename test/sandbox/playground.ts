import type { IamAccount } from './iam.ts';
import { operation, required, userNameOf } from './iam-operations.ts';
import { callerArn } from './policy.ts';
import type { SecurityHub } from './security-hub.ts';
import { type AccountFacts, AwsError, isObject, type Operations, parameter } from './service.ts';

/** What a person may do to the account over HTTP, with the AWS CLI: the product itself only ever reads. */
export function iamPlayground(iam: IamAccount): Operations {
  const anywhere = () => [];
  return {
    CreateUser: operation(['UserName', 'Path'], anywhere, (input) => {
      const user = iam.createUser({ userName: userNameOf(input), path: parameter(input, 'Path') ?? '/' });
      const { path, userName, userId, arn, createDate } = user;
      return { User: { Path: path, UserName: userName, UserId: userId, Arn: arn, CreateDate: createDate } };
    }),
    DeleteUser: operation(['UserName'], anywhere, (input) => {
      const user = iam.user(userNameOf(input));
      if (user.keys.length > 0)
        throw new AwsError(409, 'DeleteConflict', 'Cannot delete entity, must delete access keys first.');
      iam.deleteUser(user.userName);
      return {};
    }),
    CreateAccessKey: operation(['UserName'], anywhere, (input) => {
      const userName = userNameOf(input);
      const { accessKeyId, status, createDate } = iam.createAccessKey(userName);
      const SecretAccessKey = 'sandbox-keys-have-no-secret';
      return {
        AccessKey: {
          UserName: userName,
          AccessKeyId: accessKeyId,
          Status: status,
          SecretAccessKey,
          CreateDate: createDate,
        },
      };
    }),
    UpdateAccessKey: operation(['UserName', 'AccessKeyId', 'Status'], anywhere, (input) => {
      const status = required(input, 'Status', /^(Active|Inactive)$/) === 'Active' ? 'Active' : 'Inactive';
      iam.updateAccessKey(userNameOf(input), required(input, 'AccessKeyId', /^\w{16,128}$/), status);
      return {};
    }),
    DeleteAccessKey: operation(['UserName', 'AccessKeyId'], anywhere, (input) => {
      iam.deleteAccessKey(userNameOf(input), required(input, 'AccessKeyId', /^\w{16,128}$/));
      return {};
    }),
  };
}

/** What the security team does to findings: their workflow status, and a note. */
export function securityHubPlayground(hub: SecurityHub): Operations {
  return {
    BatchUpdateFindings: operation(
      ['FindingIdentifiers', 'Workflow', 'Note'],
      () => [],
      (input) => {
        const identifiers = Array.isArray(input.FindingIdentifiers) ? input.FindingIdentifiers.filter(isObject) : [];
        const status = WORKFLOWS.find((known) => isObject(input.Workflow) && input.Workflow.Status === known);
        const note = isObject(input.Note) ? String(input.Note.Text) : undefined;
        const isKnown = ({ Id, ProductArn }: Readonly<Record<string, unknown>>) =>
          hub.findings.has(`${ProductArn}|${Id}`);
        for (const { Id, ProductArn } of identifiers.filter(isKnown)) {
          hub.update(`${ProductArn}|${Id}`, { ...(status && { workflow: status }), ...(note && { note }) });
        }
        return {
          ProcessedFindings: identifiers.filter(isKnown),
          UnprocessedFindings: identifiers
            .filter((identifier) => !isKnown(identifier))
            .map((identifier) => ({
              FindingIdentifier: identifier,
              ErrorCode: 'FindingNotFound',
              ErrorMessage: 'Finding Not Found',
            })),
        };
      },
    ),
  };
}

const WORKFLOWS = ['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'] as const;

/** STS: who am I. */
export function stsPlayground(facts: AccountFacts): Operations {
  return {
    GetCallerIdentity: operation(
      [],
      () => [],
      () => ({
        Arn: callerArn(facts),
        UserId: 'AROASANDBOXSANDBOX12:sandbox',
        Account: facts.account,
      }),
    ),
  };
}
