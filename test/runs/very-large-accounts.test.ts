import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Account } from './account.ts';

const USERS = 1_001;

let account: Account;
beforeEach(async () => {
  account = await Account.open({ pageSize: 1_000 });
  account.sandbox.iam.credentialReport.pollsUntilComplete = 0;
  for (let i = 0; i < USERS; i++) account.user(`user-${i}`, 400);
});
afterEach(() => account.close());

const readLive = () =>
  new Set(
    account.sandbox.calls.filter(({ operation }) => operation === 'ListAccessKeys').map(({ input }) => input.UserName),
  );

test('in an account of over 1,000 users only those are read whose row does not safely show at most one active key', async () => {
  const alice = account.user('alice', 400, 30);
  account.user('a,b', 400, 30);
  account.user('inactive', 400, { createDate: account.ago(30), status: 'Inactive' });
  account.user('three', { createDate: account.ago(500), status: 'Inactive' }, 400, 30);
  const { summary, messages } = await account.run();
  expect(readLive()).toEqual(new Set(['alice', 'a,b', 'inactive', 'three']));
  expect(summary?.users).toEqual({ listed: USERS + 4, read: 4, passedByReport: USERS, failing: 3, unreadable: 0 });
  expect(summary?.reportOf).toMatch(/^2026-03-02T06:0/);
  expect(messages[0]?.email.replaceAll(/\s+/g, ' ')).toContain(
    `4 of ${USERS + 4} users were read, ${USERS} passed by a credential report made 0 minutes before.`,
  );
  expect(account.finding(alice)?.Compliance?.Status).toBe('FAILED');
});

test('a report that is four hours old is used, and the alert says how old it is', async () => {
  await account.run();
  account.user('late', 400, 30);
  const { messages } = await account.day(3.9 / 24).run();
  expect(messages[0]?.email).toContain('NEW: late');
  expect(messages[0]?.email.replaceAll(/\s+/g, ' ')).toMatch(/passed by a credential report made 23\d minutes before/);
  expect(readLive()).toEqual(new Set(['late']));
});

describe('nothing is recorded, resolved or alerted on the word of the report alone', () => {
  test('a user with an open finding is read live', async () => {
    const alice = account.user('alice', 400);
    account.sandbox.iam.createAccessKey('alice');
    await account.run();
    account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? '');
    await account.day(1).run();
    expect(readLive()).toContain('alice');
    expect(account.finding(alice)?.RecordState).toBe('ARCHIVED');
  });
});

describe('everyone is read live', () => {
  test.each([
    ['SWEEP is live', { SWEEP: 'live' }, undefined],
    ['the report is denied', {}, { operation: 'GenerateCredentialReport', kind: 'deny' } as const],
    [
      'the report has expired',
      {},
      { operation: 'GetCredentialReport', kind: { status: 410, code: 'ReportExpired', message: 'expired' } } as const,
    ],
    ['the report is empty', {}, { operation: 'GetCredentialReport', kind: 'empty' } as const],
    ['the report is malformed', {}, { operation: 'GetCredentialReport', kind: 'malformed' } as const],
  ])('where %s', async (_why, settings, fault) => {
    if (fault) account.sandbox.faults.push(fault);
    const { summary, error, warnings } = await account.run({ settings });
    expect(error).toBeUndefined();
    expect(summary?.users).toMatchObject({ listed: USERS, read: USERS, passedByReport: 0 });
    expect(readLive().size).toBe(USERS);
    expect(warnings).toHaveLength(fault ? 1 : 0);
  });

  test('where the report is never ready, without waiting for it longer than a tenth of the time', async () => {
    account.sandbox.iam.credentialReport.pollsUntilComplete = Number.POSITIVE_INFINITY;
    const { summary, warnings } = await account.run({ remaining: () => 20_000 });
    expect(summary?.users.read).toBe(USERS);
    expect(warnings).toEqual([expect.objectContaining({ reason: 'no time was left for it' })]);
  });

  test('where the report is days old', async () => {
    const edit = (answer: Record<string, unknown>) => ({ ...answer, GeneratedTime: account.ago(2) });
    account.sandbox.faults.push({ operation: 'GetCredentialReport', kind: { edit } });
    const { summary, warnings } = await account.run();
    expect(summary?.users.read).toBe(USERS);
    expect(warnings).toEqual([expect.objectContaining({ reason: expect.stringContaining('it is of 2026-02-28') })]);
  });
});

test('in an account of 1,000 users no report is asked for', async () => {
  account.sandbox.iam.deleteUser('user-0');
  const { calls } = await account.run();
  expect(calls).not.toContain('GenerateCredentialReport');
  expect(readLive().size).toBe(1_000);
});
