import {
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  paginateListAccessKeys,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
let iam: ReturnType<typeof clientsOf>['iam'];
beforeEach(async () => {
  sandbox = await startSandbox({ clock: () => new Date('2026-11-23T06:00:00.789Z') });
  ({ iam } = clientsOf(sandbox));
});
afterEach(() => sandbox.close());

describe('ListUsers', () => {
  test('IAM might return fewer results than MaxItems, with IsTruncated true and a Marker to continue from', async () => {
    for (const userName of ['erin', 'alice', 'dave', 'bob', 'carol']) sandbox.iam.createUser({ userName });
    const first = await iam.send(new ListUsersCommand({ MaxItems: 1000 }));
    expect(first.Users?.map((user) => user.UserName)).toEqual(['alice', 'bob', 'carol']);
    expect(first.IsTruncated).toBe(true);
    const second = await iam.send(new ListUsersCommand({ Marker: first.Marker }));
    expect(second.Users?.map((user) => user.UserName)).toEqual(['dave', 'erin']);
    expect(second).not.toHaveProperty('Marker');
    expect(second.IsTruncated).toBe(false);
  });

  test('a smaller MaxItems of the caller wins', async () => {
    for (const userName of ['alice', 'bob']) sandbox.iam.createUser({ userName });
    expect((await iam.send(new ListUsersCommand({ MaxItems: 1 }))).Users).toHaveLength(1);
  });

  test('a user deleted between two pages makes nobody else vanish', async () => {
    for (const userName of ['alice', 'bob', 'carol', 'dave']) sandbox.iam.createUser({ userName });
    const names: (string | undefined)[] = [];
    for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, {})) {
      names.push(...(page.Users ?? []).map((user) => user.UserName));
      if (names.length === 2) sandbox.iam.deleteUser('alice');
    }
    expect(names).toEqual(['alice', 'bob', 'carol', 'dave']);
  });

  test('does not return tags, even though they are an attribute of the returned object; times are whole seconds', async () => {
    const { userId } = sandbox.iam.createUser({ userName: 'alice', path: '/ops/', tags: { Owner: 'Zoë' } });
    const { Users } = await iam.send(new ListUsersCommand({}));
    const Arn = 'arn:aws:iam::111122223333:user/ops/alice';
    const CreateDate = new Date('2026-11-23T06:00:00Z');
    expect(Users).toEqual([{ UserName: 'alice', UserId: userId, Path: '/ops/', Arn, CreateDate }]);
  });

  test('an account without users lists none', async () => {
    expect(await iam.send(new ListUsersCommand({}))).toMatchObject({ Users: [], IsTruncated: false });
  });

  test.each([0, 1001])('MaxItems is 1 to 1000, so %i is a ValidationError', async (MaxItems) => {
    await expect(iam.send(new ListUsersCommand({ MaxItems }))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('a Marker IAM did not give for this listing is a ValidationError', async () => {
    for (const userName of ['alice', 'bob', 'carol', 'dave']) sandbox.iam.createUser({ userName });
    const { Marker } = await iam.send(new ListUsersCommand({}));
    const invalid = { name: 'ValidationError', message: 'Invalid Marker.' };
    await expect(iam.send(new ListUsersCommand({ Marker: 'nonsense' }))).rejects.toMatchObject(invalid);
    await expect(iam.send(new ListAccessKeysCommand({ UserName: 'alice', Marker }))).rejects.toMatchObject(invalid);
  });

  test('a parameter the sandbox does not know is refused rather than ignored', async () => {
    await expect(iam.send(new ListUsersCommand({ PathPrefix: '/ops/' }))).rejects.toThrow(
      'does not know the parameter PathPrefix',
    );
  });
});

describe('ListAccessKeys', () => {
  test('is paged too, and its order is not the order of creation', async () => {
    const keys = [2021, 2024, 2022, 2023].map((year) => ({ createDate: new Date(`${year}-01-01`) }));
    sandbox.iam.createUser({ userName: 'alice', keys });
    const years: (number | undefined)[][] = [];
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName: 'alice' })) {
      years.push((page.AccessKeyMetadata ?? []).map((key) => key.CreateDate?.getUTCFullYear()));
    }
    expect(years).toEqual([[2024, 2023, 2022], [2021]]);
  });

  test('Status is Active, Inactive or Expired', async () => {
    const keys = (['Active', 'Inactive', 'Expired'] as const).map((status) => ({ status }));
    sandbox.iam.createUser({ userName: 'alice', keys });
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'alice' }));
    expect(AccessKeyMetadata?.map((key) => key.Status).toSorted()).toEqual(['Active', 'Expired', 'Inactive']);
  });

  test('a user that does not exist is NoSuchEntity, 404', async () => {
    await expect(iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The user with name nobody cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('without UserName it is about the caller, and a role has no access keys to list', async () => {
    await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toThrow('lists the keys of the caller');
  });

  test('a user name of illegal characters is a ValidationError', async () => {
    await expect(iam.send(new ListAccessKeysCommand({ UserName: 'a b' }))).rejects.toThrow(
      "Value 'a b' at 'userName' failed",
    );
  });
});

describe('GetAccessKeyLastUsed', () => {
  test('a key never used has no LastUsedDate and N/A for service and Region', async () => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{ accessKeyId: 'AKIAALICE0000000001A' }] });
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAALICE0000000001A' }));
    expect(answer).toMatchObject({ UserName: 'alice', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    expect(answer).not.toHaveProperty('AccessKeyLastUsed.LastUsedDate');
  });

  test('a key used has the date, service and Region of its last use', async () => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{ accessKeyId: 'AKIAALICE0000000001A' }] });
    const date = new Date('2026-11-20T01:02:03.456Z');
    sandbox.iam.useAccessKey('AKIAALICE0000000001A', { service: 's3', region: 'eu-west-1', date });
    const LastUsedDate = new Date('2026-11-20T01:02:03Z');
    expect(await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAALICE0000000001A' }))).toMatchObject({
      AccessKeyLastUsed: { LastUsedDate, ServiceName: 's3', Region: 'eu-west-1' },
    });
  });

  test('a key that does not exist is NoSuchEntity', async () => {
    const unknown = new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAGONE000000000001' });
    await expect(iam.send(unknown)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });
});

describe('ListUserTags', () => {
  test('the returned list of tags is sorted by tag key, and paged', async () => {
    sandbox.iam.createUser({ userName: 'alice', tags: { d: '4', a: '1', c: '3', b: '' } });
    const answer = await iam.send(new ListUserTagsCommand({ UserName: 'alice' }));
    expect(answer.Tags?.map(({ Key, Value }) => [Key, Value])).toEqual([
      ['a', '1'],
      ['b', ''],
      ['c', '3'],
    ]);
    expect(answer.IsTruncated).toBe(true);
  });

  test('any text arrives as it was, whatever it means in XML', async () => {
    const tags = { a: '</Value><Value>', b: `"it's" & <b>\r\n\tZoë 🔑 ]]>` };
    sandbox.iam.createUser({ userName: 'alice', tags });
    const answer = await iam.send(new ListUserTagsCommand({ UserName: 'alice' }));
    expect(Object.fromEntries((answer.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual(tags);
  });
});

describe('the account', () => {
  test('the quota is two keys per user, and inactive ones count', () => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, { status: 'Inactive' }] });
    expect(() => sandbox.iam.createAccessKey('alice')).toThrow('Cannot exceed quota for AccessKeysPerUser: 2');
    sandbox.iam.deleteAccessKey('alice', sandbox.iam.user('alice').keys[0]?.accessKeyId ?? '');
    expect(sandbox.iam.createAccessKey('alice')).toMatchObject({ status: 'Active' });
  });

  test('more keys than the quota have been seen, so a user may be created with 8', () => {
    expect(
      sandbox.iam.createUser({ userName: 'alice', keys: Array.from({ length: 8 }, () => ({})) }).keys,
    ).toHaveLength(8);
  });

  test('renaming changes the ARN and not the UserId; re-creating under an old name gives another UserId', async () => {
    const { userId } = sandbox.iam.createUser({ userName: 'alice', keys: [{}] });
    sandbox.iam.renameUser('alice', 'alicia');
    expect(sandbox.iam.users.get(userId)).toMatchObject({
      userName: 'alicia',
      arn: expect.stringMatching(/user\/alicia$/),
    });
    expect(sandbox.iam.createUser({ userName: 'alice' }).userId).not.toBe(userId);
    await expect(iam.send(new ListAccessKeysCommand({ UserName: 'alicia' }))).resolves.toMatchObject({
      IsTruncated: false,
    });
  });

  test('keys are turned off, deleted and used; tags are added; a deleted user takes its keys along', () => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{ accessKeyId: 'AKIAALICE0000000001A' }] });
    sandbox.iam.updateAccessKey('alice', 'AKIAALICE0000000001A', 'Inactive');
    sandbox.iam.tagUser('alice', { Owner: 'bob' });
    expect(sandbox.iam.user('alice')).toMatchObject({ tags: { Owner: 'bob' }, keys: [{ status: 'Inactive' }] });
    expect(() => sandbox.iam.updateAccessKey('alice', 'AKIAOTHER0000000001A', 'Inactive')).toThrow('cannot be found');
    sandbox.iam.deleteUser('alice');
    expect(sandbox.iam.users.size).toBe(0);
    expect(sandbox.iam.findOwner('AKIAALICE0000000001A')).toBeUndefined();
  });

  test('names are 1 to 64 of letters, digits and _+=,.@- and used once; a path begins and ends with a slash', () => {
    sandbox.iam.createUser({ userName: 'a_+=,.@-b' });
    expect(() => sandbox.iam.createUser({ userName: 'a_+=,.@-b' })).toThrow('already exists');
    expect(() => sandbox.iam.createUser({ userName: 'a b' })).toThrow('userName is invalid');
    expect(() => sandbox.iam.createUser({ userName: 'x'.repeat(65) })).toThrow('userName is invalid');
    expect(() => sandbox.iam.createUser({ userName: 'bob', path: '/ops' })).toThrow('path is invalid');
  });
});
