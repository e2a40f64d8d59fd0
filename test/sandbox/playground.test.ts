import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { BatchImportFindingsCommand, BatchUpdateFindingsCommand } from '@aws-sdk/client-securityhub';
import { expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { finding } from './finding-example.ts';
import { startSandbox } from './sandbox.ts';

test('a person may create, turn off and delete over HTTP, under the documented rules', async () => {
  const sandbox = await startSandbox({ playground: true });
  const { iam } = clientsOf(sandbox);
  const UserName = 'alice';
  expect(await iam.send(new CreateUserCommand({ UserName, Path: '/ops/' }))).toMatchObject({
    User: { UserName, Path: '/ops/' },
  });
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  await expect(iam.send(new CreateAccessKeyCommand({ UserName }))).rejects.toMatchObject({
    name: 'LimitExceededException',
  });

  const AccessKeyId = AccessKey?.AccessKeyId;
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  expect(sandbox.iam.user(UserName).keys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);

  await expect(iam.send(new DeleteUserCommand({ UserName }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  for (const key of sandbox.iam.user(UserName).keys) {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: key.accessKeyId }));
  }
  await iam.send(new DeleteUserCommand({ UserName }));
  expect(sandbox.iam.users.size).toBe(0);
  await sandbox.close();
});

test('the security team may set the workflow status of a finding and leave a note, and is told which finding is unknown', async () => {
  const sandbox = await startSandbox({ playground: true });
  const { securityHub } = clientsOf(sandbox);
  const stored = finding();
  await securityHub.send(new BatchImportFindingsCommand({ Findings: [stored] }));
  const answer = await securityHub.send(
    new BatchUpdateFindingsCommand({
      FindingIdentifiers: [stored.Id, 'unknown'].map((Id) => ({ Id, ProductArn: stored.ProductArn })),
      Workflow: { Status: 'SUPPRESSED' },
      Note: { Text: 'two safes', UpdatedBy: 'security' },
    }),
  );
  expect(answer.ProcessedFindings).toMatchObject([{ Id: stored.Id }]);
  expect(answer.UnprocessedFindings).toMatchObject([{ ErrorCode: 'FindingNotFound' }]);
  expect([...sandbox.securityHub.findings.values()]).toMatchObject([
    { Workflow: { Status: 'SUPPRESSED' }, Note: { Text: 'two safes' } },
  ]);
  await sandbox.close();
});

test('but only in a playground: the product itself only reads', async () => {
  const sandbox = await startSandbox();
  const create = clientsOf(sandbox).iam.send(new CreateUserCommand({ UserName: 'alice' }));
  await expect(create).rejects.toThrow('the sandbox does not know iam:CreateUser');
  await sandbox.close();
});
