import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Account } from './account.ts';

let account: Account;
beforeEach(async () => {
  account = await Account.open();
});
afterEach(() => account.close());

const deactivate = (user: { userName: string; keys: readonly { accessKeyId: string }[] }, key = 0) =>
  account.sandbox.iam.updateAccessKey(user.userName, user.keys[key]?.accessKeyId ?? '', 'Inactive');
const activate = (user: { userName: string; keys: readonly { accessKeyId: string }[] }, key = 0) =>
  account.sandbox.iam.updateAccessKey(user.userName, user.keys[key]?.accessKeyId ?? '', 'Active');
const mark = (user: { userId: string }, workflow: 'NEW' | 'NOTIFIED' | 'RESOLVED' | 'SUPPRESSED') =>
  account.sandbox.securityHub.update(account.finding(user)?.Id ?? '', { workflow });
const failPublishing = () => {
  const fault = { operation: 'Publish', kind: 'deny' } as const;
  account.sandbox.faults.push(fault);
  return () => account.sandbox.faults.splice(0);
};

describe('new', () => {
  test('several users that started failing share one message', async () => {
    account.user('alice', 400, 30);
    account.user('bob', 400, account.used(30, 1));
    const { messages } = await account.run();
    expect(messages).toHaveLength(1);
    expect(messages[0]?.subject).toBe('AWS-IAM-009: 2 new in account 111122223333');
    expect(messages[0]?.email).toMatch(/NEW: alice[\s\S]*NEW: bob/);
  });

  test('a user that fails again after a resolution is told, although the very same keys were told before', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    await account.day(1).run();
    activate(alice);
    const { messages } = await account.day(2).run();
    expect(messages[0]?.subject).toContain('1 new');
    expect(messages[0]?.email).toContain('FAILING AGAIN: alice');
  });

  test('a user that fails again is told although its resolution never was', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    const heal = failPublishing();
    await account.day(1).run();
    heal();
    activate(alice);
    const { messages } = await account.day(2).run();
    expect(messages[0]?.email).toContain('FAILING AGAIN: alice');
  });

  test('a relapse whose alert could not be published is told by the next run', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    await account.day(1).run();
    activate(alice);
    const heal = failPublishing();
    await account.day(2).run();
    heal();
    const { messages } = await account.day(3).run();
    expect(messages[0]?.email).toContain('FAILING AGAIN: alice');
    expect((await account.day(4).run()).messages).toEqual([]);
  });

  test('a changed set of active keys is told, and says what changed', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? '');
    const key = account.day(1).sandbox.iam.createAccessKey('alice');
    const { messages } = await account.run();
    const text = messages[0]?.email.replaceAll(/\s+/g, ' ');
    expect(text).toContain('KEYS CHANGED: alice');
    expect(text).toContain(
      `Since the alert of 2026-03-02: ${key.accessKeyId} is new, ${alice.keys[0]?.accessKeyId} is no longer active.`,
    );
    expect((await account.day(2).run()).messages).toEqual([]);
  });
});

describe('still open', () => {
  const daysTold = async (days: number, settings = {}) => {
    const told: number[] = [];
    for (let day = 0; day <= days; day++) {
      const { messages } = await account.day(day).run({ settings });
      if (messages.length > 0) told.push(day);
    }
    return told;
  };

  test('a finding that stays open is told again every seven days', async () => {
    account.user('alice', 400, 30);
    expect(await daysTold(15)).toEqual([0, 7, 14]);
  });

  test('REMINDER_DAYS changes that, and 0 means never', async () => {
    account.user('alice', 400, 30);
    expect(await daysTold(5, { REMINDER_DAYS: '2' })).toEqual([0, 2, 4]);
    account.user('bob', 400, 30);
    expect((await account.day(6).run({ settings: { REMINDER_DAYS: '0' } })).messages).toHaveLength(1);
    expect((await account.day(100).run({ settings: { REMINDER_DAYS: '0' } })).messages).toEqual([]);
  });

  test('half a day of schedule jitter neither delays a reminder by a day nor sends it twice', async () => {
    account.user('alice', 400, 30);
    await account.run();
    expect((await account.day(6.4).run()).messages).toEqual([]);
    expect((await account.day(6.6).run()).messages).toHaveLength(1);
    expect((await account.day(7.1).run()).messages).toEqual([]);
  });

  test('NOTIFIED stops reminders, but not the news that the keys changed or that it is resolved', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    mark(alice, 'NOTIFIED');
    expect((await account.day(8).run()).messages).toEqual([]);
    account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? '');
    account.sandbox.iam.createAccessKey('alice');
    expect((await account.day(9).run()).messages[0]?.email).toContain('KEYS CHANGED');
    deactivate(alice, 1);
    expect((await account.day(10).run()).messages[0]?.email).toContain('RESOLVED: alice');
  });

  test('a finding that someone marked RESOLVED while the keys are active is still open', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    mark(alice, 'RESOLVED');
    const { messages } = await account.day(7).run();
    expect(messages[0]?.email).toContain('STILL OPEN: alice');
    expect(account.finding(alice)?.Workflow?.Status).toBe('RESOLVED');
  });
});

describe('resolved', () => {
  test('is told once, and says that a key was turned off', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    const { messages } = await account.day(1).run();
    expect(messages[0]?.subject).toBe('AWS-IAM-009: 1 resolved in account 111122223333');
    expect(messages[0]?.email.replaceAll(/\s+/g, ' ')).toContain('a key was deactivated or deleted');
    expect((await account.day(2).run()).messages).toEqual([]);
  });

  test('is told under the name that the user has by then', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    account.sandbox.iam.renameUser('alice', 'alison');
    deactivate({ ...alice, userName: 'alison' });
    expect((await account.day(1).run()).messages[0]?.email).toContain('RESOLVED: alison');
    expect(account.finding(alice)?.Title).toContain('alison');
  });

  test('is told by the next run where publishing failed', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    const heal = failPublishing();
    expect((await account.day(1).run()).error?.message).toContain('could not be published');
    expect(account.finding(alice)?.RecordState).toBe('ARCHIVED');
    heal();
    expect((await account.day(2).run()).messages[0]?.email).toContain('RESOLVED: alice');
    expect((await account.day(3).run()).messages).toEqual([]);
  });

  test.each([
    ['suppressed', async (user: { userId: string }) => mark(user, 'SUPPRESSED')],
    ['never published', async () => undefined],
  ])('a failure that was never told because it was %s is resolved in silence', async (_why, meanwhile) => {
    const alice = account.user('alice', 400, 30);
    const heal = failPublishing();
    await account.run();
    heal();
    await meanwhile(alice);
    deactivate(alice);
    const { messages } = await account.day(1).run();
    expect(messages).toEqual([]);
    expect(account.finding(alice)?.RecordState).toBe('ARCHIVED');
  });

  test('a rotation finished within its grace is resolved in silence', async () => {
    const settings = { ROTATION_GRACE_DAYS: '7' };
    const alice = account.user('alice', 400, 1);
    const first = await account.run({ settings });
    expect(first.messages).toEqual([]);
    expect(account.finding(alice)).toMatchObject({ RecordState: 'ACTIVE', Compliance: { Status: 'FAILED' } });
    deactivate(alice);
    expect((await account.day(3).run({ settings })).messages).toEqual([]);
    expect(account.finding(alice)?.RecordState).toBe('ARCHIVED');
  });
});

describe('silence', () => {
  test('SUPPRESSED means no alert of any kind', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    mark(alice, 'SUPPRESSED');
    expect((await account.day(8).run()).messages).toEqual([]);
    account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? '');
    account.sandbox.iam.createAccessKey('alice');
    expect((await account.day(9).run()).messages).toEqual([]);
    deactivate(alice, 1);
    expect((await account.day(10).run()).messages).toEqual([]);
    expect(account.finding(alice)).toMatchObject({ RecordState: 'ARCHIVED', Workflow: { Status: 'SUPPRESSED' } });
  });

  test('ends with the suppression: what changed meanwhile is told then', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    mark(alice, 'SUPPRESSED');
    account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? '');
    account.sandbox.iam.createAccessKey('alice');
    await account.day(1).run();
    mark(alice, 'NEW');
    expect((await account.day(2).run()).messages[0]?.email).toContain('KEYS CHANGED: alice');
  });

  test('a relapse during suppression is told when the suppression ends, and its resolution after that', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    deactivate(alice);
    await account.day(1).run();
    mark(alice, 'SUPPRESSED');
    activate(alice);
    expect((await account.day(2).run()).messages).toEqual([]);
    mark(alice, 'NEW');
    expect((await account.day(3).run()).messages[0]?.email).toContain('FAILING AGAIN: alice');
    deactivate(alice);
    expect((await account.day(4).run()).messages[0]?.email).toContain('RESOLVED: alice');
  });

  test('holds during a rotation grace, and the alert comes when it ends', async () => {
    const settings = { ROTATION_GRACE_DAYS: '7' };
    account.user('alice', account.used(400, 1), 1);
    expect((await account.run({ settings })).messages).toEqual([]);
    expect((await account.day(5).run({ settings })).messages).toEqual([]);
    expect((await account.day(6).run({ settings })).messages[0]?.email).toContain(
      'NEW: alice (replacement-not-adopted)',
    );
  });

  test('a run without news publishes nothing', async () => {
    account.user('clean', 400);
    expect((await account.run()).calls).toEqual(['ListUsers', 'GetFindings', 'ListAccessKeys']);
  });
});

test('an alert says how many users fail, how many of them it does not list, and how many were read', async () => {
  const alice = account.user('alice', 400, 30);
  account.user('carol', 20);
  await account.run();
  mark(alice, 'SUPPRESSED');
  account.user('bob', 400, 30);
  account.user('dave', 10);
  account.sandbox.faults.push({
    operation: 'ListAccessKeys',
    when: ({ input }) => input.UserName === 'dave',
    kind: 'deny',
  });
  const { messages } = await account.day(1).run();
  const text = messages[0]?.email.replaceAll(/\s+/g, ' ');
  expect(text).toContain('2 users fail now, 1 of them not listed here (');
  expect(text).toContain('3 of 4 users were read.');
  expect(text).toContain('could not be read: dave (AccessDenied');
});

test('the alert is published before it is recorded, so that a crash repeats it and never loses it', async () => {
  account.user('alice', 400, 30);
  const { calls } = await account.run();
  expect(calls.indexOf('Publish')).toBeLessThan(calls.indexOf('BatchImportFindings'));
  account.user('bob', 400, 30);
  account.sandbox.faults.push({ operation: 'BatchImportFindings', kind: 'deny', times: 1 });
  expect((await account.day(1).run()).messages[0]?.email).toContain('NEW: bob');
  expect((await account.day(2).run()).messages[0]?.email).toContain('NEW: bob');
  expect((await account.day(3).run()).messages).toEqual([]);
});
