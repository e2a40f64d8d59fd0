import { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Inventory, iamInventory } from '../../lambda/inventory/iam.ts';
import { accessKey, ago, iamUser, serviceAnswering } from '../builders.ts';
import { clientsOf } from '../sandbox/clients.ts';
import type { Fault } from '../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

const inTime = new AbortController().signal;
const alice = iamUser();
let sandbox: Sandbox;
let inventory: Inventory;

beforeAll(async () => {
  sandbox = await startSandbox({ pageSize: 3 });
  inventory = iamInventory(clientsOf(sandbox).iam, inTime);
});
afterAll(() => sandbox.close());
beforeEach(() => {
  for (const { userName } of sandbox.iam.usersByName()) sandbox.iam.deleteUser(userName);
  sandbox.faults.length = 0;
  sandbox.calls.length = 0;
});

const strike = (operation: string, kind: Fault['kind'], more: Partial<Fault> = {}) =>
  sandbox.faults.push({ operation, kind, ...more });

/** The inventory of a service that gives these answers. */
const inventoryOf = ({ configuration }: Awaited<ReturnType<typeof serviceAnswering>>) =>
  iamInventory(new IAMClient(configuration), inTime);

/** What goes wrong with an answer, whatever was asked. */
const BROKEN: readonly [string, Fault['kind'], RegExp][] = [
  ['denied', 'deny', /AccessDenied/],
  ['throttled', 'throttle', /Throttling: Rate exceeded/],
  ['an error', 'error500', /ServiceFailure/],
  ['cut off', 'reset', /socket hang up|ECONNRESET/],
  ['cut in the middle', 'truncate', /abort|terminated|ECONNRESET|hang up/i],
  ['empty', 'empty', /IAM answered without/],
  ['malformed', 'malformed', /./],
  ['without the listing', { edit: () => ({ IsTruncated: false }) }, /IAM answered without/],
  [
    'truncated, but without a marker',
    { edit: (output) => ({ ...output, IsTruncated: true, Marker: undefined }) },
    /not where/,
  ],
  ['truncated at the same marker again', { edit: (output) => ({ ...output, IsTruncated: true, Marker: 'same' }) }, /./],
];

describe('users', () => {
  test('are none in an account without any', async () => {
    expect(await inventory.listUsers()).toEqual([]);
  });

  test('are all listed, over many pages, as IAM tells them', async () => {
    const created = Array.from({ length: 10 }, (_, i) =>
      sandbox.iam.createUser({ userName: `user-${i}`, path: i % 2 ? '/team/' : '/', createDate: ago(i) }),
    );
    const expected = created.map(({ userId, userName, path, arn, createDate }) => {
      return { userId, userName, path, arn, createDate };
    });
    expect(await inventory.listUsers()).toEqual(expected);
    expect(sandbox.calls.map(({ input }) => input.MaxItems)).toEqual(['1000', '1000', '1000', '1000']);
  });

  test('have names and paths to the letter', async () => {
    const names = ['-rf', '@channel', 'a,b', 'x'.repeat(64)];
    for (const userName of names) sandbox.iam.createUser({ userName, path: `/<b>&amp;"'${userName}/` });
    const users = await inventory.listUsers();
    expect(users.map(({ userName }) => userName).toSorted()).toEqual(names.toSorted());
    expect(users.map(({ userName, path }) => path === `/<b>&amp;"'${userName}/`)).toEqual([true, true, true, true]);
  });

  test.each(BROKEN)('are not known when an answer is %s, be it only for the last page', async (_, kind, reason) => {
    for (let i = 0; i < 7; i++) sandbox.iam.createUser({ userName: `user-${i}` });
    strike('ListUsers', kind, { nth: 3 });
    await expect(inventory.listUsers()).rejects.toThrow(reason);
  });

  test.each(['UserId', 'UserName', 'Path', 'Arn', 'CreateDate'])(
    'are not known when one comes without %s',
    async (field) => {
      sandbox.iam.createUser({ userName: 'alice' });
      const without = (users: unknown) =>
        Array.isArray(users) ? users.map((user) => ({ ...user, [field]: undefined })) : users;
      strike('ListUsers', { edit: (output) => ({ ...output, Users: without(output.Users) }) });
      await expect(inventory.listUsers()).rejects.toThrow(`IAM answered without ${field} (ListUsers, user `);
    },
  );

  test('are not known when one comes without anything, and the error says so', async () => {
    strike('ListUsers', { edit: () => ({ Users: [{ Path: '/' }], IsTruncated: false }) });
    await expect(inventory.listUsers()).rejects.toThrow('user without a name');
  });

  test('are not known once the time for it has run out, and the error says that nothing was checked', async () => {
    const late = iamInventory(clientsOf(sandbox).iam, AbortSignal.abort());
    await expect(late.listUsers()).rejects.toThrow(
      'users could not be listed, so nothing was checked: no time was left for it',
    );
  });

  test('are listed again where a retry helps', async () => {
    sandbox.iam.createUser({ userName: 'alice' });
    strike('ListUsers', 'throttle', { nth: 1 });
    strike('ListUsers', 'reset', { nth: 2 });
    const patient = iamInventory(clientsOf(sandbox, { maxAttempts: 3 }).iam, inTime);
    expect(await patient.listUsers()).toHaveLength(1);
  });

  const ONE_USER = `<member><Path>/</Path><UserName>alice</UserName><UserId>AIDAALICE</UserId>
    <Arn>arn:aws:iam::111122223333:user/alice</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></member>`;

  test('are none where IAM gives an empty list', async () => {
    await using service = await serviceAnswering(
      '<ListUsersResponse><ListUsersResult><IsTruncated>false</IsTruncated><Users/></ListUsersResult></ListUsersResponse>',
    );
    expect(await inventoryOf(service).listUsers()).toEqual([]);
  });

  test('are not known where the answer ends in the middle, although all that was announced arrived', async () => {
    await using service = await serviceAnswering(`<ListUsersResponse><ListUsersResult><Users>${ONE_USER}`);
    await expect(inventoryOf(service).listUsers()).rejects.toThrow();
  });

  test('are not known where IAM goes on at the same place for ever', async () => {
    const more = '<IsTruncated>true</IsTruncated><Marker>same</Marker>';
    await using service = await serviceAnswering(
      `<ListUsersResponse><ListUsersResult>${more}<Users>${ONE_USER}</Users></ListUsersResult></ListUsersResponse>`,
    );
    await expect(inventoryOf(service).listUsers()).rejects.toThrow('not where it goes on');
    expect(service.requests).toHaveLength(2);
  });

  test('go on where IAM gives a marker, even if it does not say that there are more', async () => {
    const page = (more: string) =>
      `<ListUsersResponse><ListUsersResult>${more}<Users>${ONE_USER}</Users></ListUsersResult></ListUsersResponse>`;
    await using service = await serviceAnswering(page('<Marker>next</Marker>'), page(''));
    expect(await inventoryOf(service).listUsers()).toHaveLength(2);
    expect(service.requests[1]).toContain('Marker=next');
  });
});

describe('the keys of a user', () => {
  test('are all listed, with status and date, over many pages', async () => {
    const statuses = ['Active', 'Inactive', 'Expired', 'Active', 'Active', 'Inactive', 'Active', 'Active'] as const;
    const keys = statuses.map((status, i) => ({
      accessKeyId: `AKIA${'X'.repeat(15)}${i}`,
      status,
      createDate: ago(90 - i),
    }));
    sandbox.iam.createUser({ userName: 'alice', keys });
    const listing = await inventory.listKeys(alice);
    const expected = keys.map(({ accessKeyId: id, status, createDate }) => ({ id, status, createDate }));
    expect(listing).toEqual(expect.arrayContaining(expected));
    expect(listing).toHaveLength(8);
    expect(sandbox.calls).toHaveLength(3);
  });

  test('are none for a user without any', async () => {
    sandbox.iam.createUser({ userName: 'alice' });
    expect(await inventory.listKeys(alice)).toEqual([]);
  });

  test('are those of the user who was asked for, never those of the caller', async () => {
    sandbox.iam.createUser({ userName: 'alice' });
    await inventory.listKeys(alice);
    expect(sandbox.calls).toMatchObject([{ operation: 'ListAccessKeys', input: { UserName: 'alice' } }]);
  });

  test('are gone with a user that was deleted meanwhile, also between two pages', async () => {
    expect(await inventory.listKeys(alice)).toBe('deleted');
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}, {}, {}] });
    strike('ListAccessKeys', { delayMs: 0 }, { nth: 2, onHit: () => sandbox.iam.deleteUser('alice') });
    expect(await inventory.listKeys(alice)).toBe('deleted');
  });

  test.each(BROKEN)('could not be read when an answer is %s, be it only for the last page', async (_, kind, reason) => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}, {}, {}] });
    strike('ListAccessKeys', kind, { nth: 2 });
    expect(await inventory.listKeys(alice)).toEqual({ unreadable: expect.stringMatching(reason) });
  });

  test.each(['AccessKeyId', 'Status', 'CreateDate'])('could not be read when one comes without %s', async (field) => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{}] });
    const without = (keys: unknown) =>
      Array.isArray(keys) ? keys.map((key) => ({ ...key, [field]: undefined })) : keys;
    strike('ListAccessKeys', {
      edit: (output) => ({ ...output, AccessKeyMetadata: without(output.AccessKeyMetadata) }),
    });
    expect(await inventory.listKeys(alice)).toMatchObject({
      unreadable: expect.stringContaining(`IAM answered without ${field} (ListAccessKeys)`),
    });
  });

  test('could not be read once the time for it has run out', async () => {
    const late = iamInventory(clientsOf(sandbox).iam, AbortSignal.abort());
    expect(await late.listKeys(alice)).toEqual({ unreadable: 'no time was left for it' });
  });

  test('could not be read when IAM never answers', async () => {
    strike('ListAccessKeys', 'hang');
    const late = iamInventory(clientsOf(sandbox).iam, AbortSignal.timeout(20));
    expect(await late.listKeys(alice)).toEqual({ unreadable: 'no time was left for it' });
  });
});

describe('the last use of a key', () => {
  const key = accessKey();
  const lastUsed = (fields: object) =>
    strike('GetAccessKeyLastUsed', { edit: (output) => ({ ...output, AccessKeyLastUsed: fields }) });

  beforeEach(() => {
    sandbox.iam.createUser({ userName: 'alice', keys: [{ accessKeyId: key.id }] });
  });

  test('is when, where and by which service', async () => {
    sandbox.iam.useAccessKey(key.id, { service: 's3', region: 'eu-west-1', date: ago(3) });
    expect(await inventory.readLastUse(key)).toEqual({ kind: 'used', at: ago(3), service: 's3', region: 'eu-west-1' });
  });

  test('has no Region where IAM knows none', async () => {
    sandbox.iam.useAccessKey(key.id, { service: 'iam', region: 'N/A', date: ago(3) });
    expect(await inventory.readLastUse(key)).toEqual({ kind: 'used', at: ago(3), service: 'iam', region: undefined });
  });

  test.each([{}, { ServiceName: 'N/A', Region: 'N/A' }])(
    'is by an unnamed service where IAM says %j',
    async (fields) => {
      lastUsed({ LastUsedDate: ago(3), ...fields });
      const unnamed = { kind: 'used', at: ago(3), service: 'an unnamed service', region: undefined };
      expect(await inventory.readLastUse(key)).toEqual(unnamed);
    },
  );

  test('is never, only if IAM says so', async () => {
    expect(await inventory.readLastUse(key)).toEqual({ kind: 'never' });
  });

  test.each([
    ['neither date nor N/A', {}],
    ['a service, but no date', { ServiceName: 's3', Region: 'eu-west-1' }],
    ['a Region of N/A alone', { Region: 'N/A' }],
  ])('is unknown, not never, when IAM answers with %s', async (_, fields) => {
    lastUsed(fields);
    expect(await inventory.readLastUse(key)).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/\S/) });
  });

  test.each<[string, Fault['kind']]>([
    ['denied', 'deny'],
    ['throttled', 'throttle'],
    ['an error', 'unavailable503'],
    ['cut off', 'reset'],
    ['cut in the middle', 'truncate'],
    ['empty', 'empty'],
    ['malformed', 'malformed'],
    ['that there is no such key', { status: 404, code: 'NoSuchEntity', message: 'gone' }],
  ])('is unknown, not never, when the answer is %s', async (_, kind) => {
    strike('GetAccessKeyLastUsed', kind);
    expect(await inventory.readLastUse(key)).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/\S/) });
  });
});

describe('the tags of a user', () => {
  test('are all read, over many pages', async () => {
    const tags = { Owner: 'team-a', a: '1', b: '', c: '3', d: '4' };
    sandbox.iam.createUser({ userName: 'alice', tags });
    const expected = Object.entries(tags).map(([key, value]) => ({ key, value }));
    expect(await inventory.listTags(alice)).toEqual(expected);
    expect(sandbox.calls).toHaveLength(2);
  });

  test('are none for a user without any', async () => {
    sandbox.iam.createUser({ userName: 'alice' });
    expect(await inventory.listTags(alice)).toEqual([]);
  });

  test('have blank keys and values where IAM gives none', async () => {
    sandbox.iam.createUser({ userName: 'alice' });
    strike('ListUserTags', { edit: () => ({ Tags: [{}], IsTruncated: false }) });
    expect(await inventory.listTags(alice)).toEqual([{ key: '', value: '' }]);
  });

  test('are gone with a user that was deleted meanwhile', async () => {
    expect(await inventory.listTags(alice)).toBe('deleted');
  });

  test.each(BROKEN)('could not be read when an answer is %s, be it only for the last page', async (_, kind, reason) => {
    sandbox.iam.createUser({ userName: 'alice', tags: { a: '1', b: '2', c: '3', d: '4' } });
    strike('ListUserTags', kind, { nth: 2 });
    expect(await inventory.listTags(alice)).toEqual({ unreadable: expect.stringMatching(reason) });
  });
});

describe('the credential report', () => {
  /** An account that never had a report yet. */
  let fresh: Sandbox;
  beforeEach(async () => {
    fresh = await startSandbox();
  });
  afterEach(() => fresh.close());

  const readReport = () => iamInventory(clientsOf(fresh).iam, inTime, { everyMs: 1, longestMs: 10_000 }).readReport();

  test('is asked for until it is ready, and is as of when it was made', async () => {
    const now = new Date('2026-11-23T06:00:00Z');
    fresh.clock = () => now;
    fresh.iam.createUser({ userName: 'alice', keys: [{}] });
    fresh.iam.credentialReport.pollsUntilComplete = 2;
    expect(await readReport()).toEqual({ generatedAt: now, csv: expect.stringMatching(/^user,arn,.*\nalice,arn:/s) });
    const operations = fresh.calls.map(({ operation }) => operation);
    expect(operations.slice(-2)).toEqual(['GenerateCredentialReport', 'GetCredentialReport']);
  });

  test('cannot be used when it takes too long', async () => {
    fresh.iam.credentialReport.pollsUntilComplete = Number.POSITIVE_INFINITY;
    const impatient = iamInventory(clientsOf(fresh).iam, inTime, { everyMs: 1, longestMs: 50 });
    expect(await impatient.readReport()).toEqual({ unreadable: 'no time was left for it' });
  });

  test.each<[string, string, Fault['kind']]>([
    ['it may not be made', 'GenerateCredentialReport', 'deny'],
    ['it may not be read', 'GetCredentialReport', 'deny'],
    ['it is cut in the middle', 'GetCredentialReport', 'truncate'],
    ['it expired meanwhile', 'GetCredentialReport', { status: 410, code: 'ReportExpired', message: 'expired' }],
    ['it is not present', 'GetCredentialReport', { status: 410, code: 'ReportNotPresent', message: 'none' }],
    ['it is in progress again', 'GetCredentialReport', { status: 404, code: 'ReportInProgress', message: 'wait' }],
    ['it is empty', 'GetCredentialReport', 'empty'],
    ['it has no time', 'GetCredentialReport', { edit: (output) => ({ ...output, GeneratedTime: undefined }) }],
    ['it has no content', 'GetCredentialReport', { edit: (output) => ({ ...output, Content: undefined }) }],
  ])('cannot be used when %s', async (_, operation, kind) => {
    fresh.faults.push({ operation, kind });
    expect(await readReport()).toEqual({ unreadable: expect.stringMatching(/\S/) });
  });

  test.each([undefined, null, 'text', {}, { body: 'text' }])(
    'cannot be used when the answer is %j instead of a stream',
    async (response) => {
      const { iam } = clientsOf(fresh);
      const { requestHandler } = iam.config;
      const handle = requestHandler.handle.bind(requestHandler);
      Object.assign(requestHandler, {
        handle: (request: Parameters<typeof handle>[0], options: object) =>
          String(request.body).includes('Action=GetCredentialReport') ? { response } : handle(request, options),
      });
      expect(await iamInventory(iam, inTime, { everyMs: 1, longestMs: 10_000 }).readReport()).toEqual({
        unreadable: expect.stringContaining('IAM answered without a body'),
      });
    },
  );

  test('cannot be used once the time for it has run out while waiting', async () => {
    fresh.iam.credentialReport.pollsUntilComplete = 99;
    const late = iamInventory(clientsOf(fresh).iam, AbortSignal.timeout(50), { everyMs: 10_000, longestMs: 10_000 });
    expect(await late.readReport()).toEqual({ unreadable: 'no time was left for it' });
  });
});
