import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
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

test('but only in a playground: the product itself only reads', async () => {
  const sandbox = await startSandbox();
  const create = clientsOf(sandbox).iam.send(new CreateUserCommand({ UserName: 'alice' }));
  await expect(create).rejects.toThrow('the sandbox does not know iam:CreateUser');
  await sandbox.close();
});
