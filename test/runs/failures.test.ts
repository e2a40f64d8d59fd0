import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Account } from './account.ts';

let account: Account;
beforeEach(async () => {
  account = await Account.open();
});
afterEach(() => account.close());

const stored = () => [...account.sandbox.securityHub.findings.values()];

describe('ListUsers', () => {
  test.each([
    ['the first', 1],
    ['a later', 2],
  ])('failing on %s page resolves, imports and alerts nothing, and the run fails', async (_which, nth) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) account.user(name, 400, 30);
    await account.run();
    const before = stored();
    account.sandbox.iam.deleteUser('a');
    account.user('f', 400, 30);
    account.sandbox.faults.push({ operation: 'ListUsers', nth, kind: 'deny' });
    const { error, messages, calls } = await account.day(1).run();
    expect(error?.message).toContain('not authorized to perform: iam:ListUsers');
    expect(messages).toEqual([]);
    expect(calls).not.toContain('BatchImportFindings');
    expect(stored()).toEqual(before);
  });

  test('answering that there is more without saying where fails the run instead of ending the list', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) account.user(name, 400, 30);
    account.sandbox.faults.push({ operation: 'ListUsers', kind: { edit: ({ Marker: _, ...rest }) => rest } });
    const { error, calls } = await account.run();
    expect(error?.message).toContain('there is more');
    expect(calls).not.toContain('BatchImportFindings');
  });
});

describe('one user', () => {
  test('whose keys cannot be read stops nobody else; the run names it and fails', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('bob', 400, 30);
    await account.run();
    const before = account.finding(alice);
    account.sandbox.iam.deleteUser('bob');
    account.user('carol', 400, 30);
    account.sandbox.faults.push({
      operation: 'ListAccessKeys',
      when: ({ input }) => input.UserName === 'alice',
      kind: 'deny',
    });
    const { error, messages, warnings } = await account.day(1).run();
    expect(error?.message).toMatch(/^the run failed: 1 of 2 users could not be read: alice \(AccessDenied: /);
    expect(messages[0]?.subject).toContain('1 new, 1 resolved');
    expect(warnings).toContainEqual(expect.objectContaining({ userName: 'alice' }));
    expect(account.finding(alice)).toEqual(before);
  });

  test('whose answer lacks a required field is not available, never skipped', async () => {
    account.user('alice', 400, 30);
    const edit = ({ AccessKeyMetadata }: Record<string, unknown>) => ({
      AccessKeyMetadata: (AccessKeyMetadata as object[]).map((key) => ({ ...key, Status: undefined })),
      IsTruncated: false,
    });
    account.sandbox.faults.push({ operation: 'ListAccessKeys', kind: { edit } });
    const { error } = await account.run();
    expect(error?.message).toContain('alice (Error: IAM answered without Status (ListAccessKeys))');
  });

  test('whose last use cannot be read is alerted and recorded with an unknown cause and no command; the run succeeds', async () => {
    const alice = account.user('alice', 400, account.used(30, 1));
    account.sandbox.faults.push({ operation: 'GetAccessKeyLastUsed', kind: 'deny' });
    const { error, messages, warnings } = await account.run();
    expect(error).toBeUndefined();
    expect(messages[0]?.email).toContain('NEW: alice (unknown)');
    expect(messages[0]?.email).not.toContain('update-access-key');
    expect(account.finding(alice)?.ProductFields).toMatchObject({ 'aws-iam-009/diagnosis': 'unknown' });
    expect(warnings).toHaveLength(2);
  });

  test('whose tags cannot be read is alerted and recorded without them; the run succeeds', async () => {
    const alice = account.user('alice', 400, 30);
    account.sandbox.faults.push({ operation: 'ListUserTags', kind: 'deny' });
    const { error, messages, warnings } = await account.run();
    expect(error).toBeUndefined();
    expect(messages[0]?.email).toContain('Tags: could not be read');
    expect(account.finding(alice)?.Compliance?.Status).toBe('FAILED');
    expect(warnings).toContainEqual(expect.objectContaining({ message: 'tags could not be read', userName: 'alice' }));
  });
});

test.each(['throttle', 'error500', 'unavailable503', 'reset', 'truncate'] as const)(
  '%s is retried until it works',
  async (kind) => {
    account.user('alice', 400, account.used(30, 1));
    for (const operation of [
      'ListUsers',
      'ListAccessKeys',
      'GetAccessKeyLastUsed',
      'ListUserTags',
      'GetFindings',
      'BatchImportFindings',
      'Publish',
    ]) {
      account.sandbox.faults.push({ operation, kind, times: 3 });
    }
    const { error, messages, summary } = await account.run();
    expect(error).toBeUndefined();
    expect(messages.length).toBeGreaterThan(0);
    expect(summary?.findings).toMatchObject({ opened: 1, refused: 0 });
  },
);

test('a call that is never answered is given up and made again', async () => {
  account.user('alice', 400, 30);
  account.sandbox.faults.push({ operation: 'ListAccessKeys', kind: 'hang', times: 1 });
  const { summary, calls } = await account.run();
  expect(summary?.users.failing).toBe(1);
  expect(calls.filter((operation) => operation === 'ListAccessKeys')).toHaveLength(2);
});

describe('when our findings cannot be read', () => {
  test('one alert lists every failing user and says that nothing is recorded; nothing is imported, and the run fails', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('bob', 400, 1);
    await account.run();
    account.sandbox.securityHub.update(account.finding(alice)?.Id ?? '', { workflow: 'SUPPRESSED' });
    const before = stored();
    account.sandbox.securityHub.enabled = false;
    const { error, messages, calls } = await account.day(1).run({ settings: { ROTATION_GRACE_DAYS: '7' } });
    expect(messages).toHaveLength(1);
    expect(messages[0]?.subject).toBe('AWS-IAM-009: nothing recorded, 2 users failing in account 111122223333');
    expect(messages[0]?.email).toMatch(
      /NOTHING WAS RECORDED[\s\S]*suppressions[\s\S]*FAILING: alice[\s\S]*FAILING: bob/,
    );
    expect(error?.message).toContain(
      'aws securityhub enable-security-hub --no-enable-default-standards --region=eu-central-1',
    );
    expect(calls).not.toContain('BatchImportFindings');
    expect(stored()).toEqual(before);
  });

  test('on a later page only, nothing is imported either', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) account.user(name, 400, 30);
    await account.run();
    account.sandbox.faults.push({ operation: 'GetFindings', nth: 2, kind: 'deny' });
    const { error, calls, messages } = await account.day(1).run();
    expect(error?.message).toContain('findings could not be read');
    expect(messages[0]?.subject).toContain('5 users failing');
    expect(calls).not.toContain('BatchImportFindings');
  });

  test('and nobody fails, there is no alert, but the run fails all the same', async () => {
    account.user('clean', 10);
    account.sandbox.securityHub.enabled = false;
    const { error, messages } = await account.run();
    expect(messages).toEqual([]);
    expect(error?.message).toContain('findings could not be read');
  });

  test('they are as they were once Security Hub is back', async () => {
    account.user('alice', 400, 30);
    await account.run();
    account.sandbox.securityHub.enabled = false;
    await account.day(1).run();
    account.sandbox.securityHub.enabled = true;
    const { error, messages } = await account.day(2).run();
    expect(error).toBeUndefined();
    expect(messages).toEqual([]);
  });
});

describe('a finding that Security Hub refuses', () => {
  test('as invalid does not keep the others out; it is named, not sent again, and the run fails', async () => {
    const alice = account.user('alice', 400, 30);
    const bob = account.user('bob', 400, 30);
    account.sandbox.securityHub.refuse = ({ Id }) =>
      Id?.endsWith(alice.userId) ? { ErrorCode: 'InvalidInput', ErrorMessage: 'no' } : undefined;
    const { error, calls } = await account.run();
    expect(error?.message).toContain(
      `1 of 2 findings could not be recorded: aws-iam-009/111122223333/${alice.userId} (InvalidInput: no)`,
    );
    expect(account.finding(bob)).toBeDefined();
    expect(calls.filter((operation) => operation === 'BatchImportFindings')).toHaveLength(1);
  });

  test('for another reason is sent again, alone', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('bob', 400, 30);
    let refusals = 1;
    account.sandbox.securityHub.refuse = ({ Id }) =>
      Id?.endsWith(alice.userId) && refusals-- > 0
        ? { ErrorCode: 'InternalFailure', ErrorMessage: 'later' }
        : undefined;
    const { error } = await account.run();
    expect(error).toBeUndefined();
    const imports = account.sandbox.calls.filter(({ operation }) => operation === 'BatchImportFindings');
    expect(imports.map(({ input }) => (input.Findings as object[]).length)).toEqual([2, 1]);
    expect(account.finding(alice)).toBeDefined();
  });
});

test('a failed publish leaves the findings imported as not yet alerted, fails the run, and the next run alerts', async () => {
  const alice = account.user('alice', 400, 30);
  account.sandbox.faults.push({ operation: 'Publish', kind: 'deny', times: 1 });
  const { error } = await account.run();
  expect(error?.message).toContain(
    'the alert could not be published, the next run tells it: AuthorizationErrorException',
  );
  expect(account.finding(alice)?.ProductFields).not.toHaveProperty('aws-iam-009/alerted-at');
  expect((await account.day(1).run()).messages[0]?.email).toContain('NEW: alice');
});

test('a publish that SNS does not confirm counts as not sent', async () => {
  account.user('alice', 400, 30);
  account.sandbox.faults.push({ operation: 'Publish', kind: 'empty', times: 1 });
  expect((await account.run()).error?.message).toContain('could not be published');
  expect((await account.day(1).run()).messages).toHaveLength(1);
});

describe('when time runs out', () => {
  test('reading stops with a third left, what is known is told and recorded, and the run names who was not read', async () => {
    for (let i = 0; i < 30; i++) account.user(`user-${i}`, 400, 30);
    const known = account.sandbox.iam.users.size;
    let left = 30_000;
    // Each look at the clock costs a second of it.
    const { error, summary, messages } = await account.run({ remaining: () => (left -= 1_000) });
    expect(summary).toBeUndefined();
    expect(error?.message).toContain('the time for reading ran out');
    const recorded = stored().length;
    expect(recorded).toBeGreaterThan(0);
    expect(recorded).toBeLessThan(known);
    expect(messages[0]?.subject).toContain(`${recorded} new`);
  });

  test('users with open findings are read first, and nobody else is resolved', async () => {
    account.user('zoe', 400, 30);
    await account.run();
    for (let i = 0; i < 30; i++) account.user(`user-${i}`, 400, 30);
    let left = 30_000;
    const { calls } = await account.day(1).run({ remaining: () => (left -= 1_500) });
    expect(calls).toContain('ListAccessKeys');
    const read = account.sandbox.calls
      .filter(({ operation }) => operation === 'ListAccessKeys')
      .map(({ input }) => input.UserName);
    expect(read[0]).toBe('zoe');
    expect(stored().every(({ RecordState }) => RecordState === 'ACTIVE')).toBe(true);
  });

  test('the others are read in another order each run, so that nobody is starved', async () => {
    for (let i = 0; i < 30; i++) account.user(`user-${i}`, 400);
    const firsts = new Set<unknown>();
    for (let run = 0; run < 12; run++) {
      await account.run();
      firsts.add(account.sandbox.calls.find(({ operation }) => operation === 'ListAccessKeys')?.input.UserName);
    }
    expect(firsts.size).toBeGreaterThan(3);
  });

  test('a service that never answers does not keep the rest from being told and recorded', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('stuck', 400, 30);
    account.sandbox.faults.push({
      operation: 'ListAccessKeys',
      when: ({ input }) => input.UserName === 'stuck',
      kind: 'hang',
    });
    const end = performance.now() + 3_000;
    const { error, messages } = await account.run({ remaining: () => end - performance.now() });
    expect(error?.message).toContain('1 of 2 users could not be read: stuck');
    expect(messages[0]?.email).toContain('NEW: alice');
    expect(account.finding(alice)).toBeDefined();
  });
});

describe('a user who seems to be deleted', () => {
  test('when no time is left to look once more is not available, and what else is known is told and recorded', async () => {
    account.user('gone', 400, 30);
    const fixed = account.user('fixed', 400, 30);
    await account.run();
    const before = stored().find(({ Title }) => Title?.includes('gone'));
    account.sandbox.iam.deleteUser('gone');
    account.sandbox.iam.updateAccessKey('fixed', fixed.keys[0]?.accessKeyId ?? '', 'Inactive');
    let left = 30_000;
    const { error, messages } = await account.day(1).run({ remaining: () => (left -= 9_000) });
    expect(error?.message).toContain('gone (seems to be deleted, but could not be looked for once more');
    expect(messages[0]?.email).toContain('RESOLVED: fixed');
    expect(stored()).toContainEqual(before);
  });

  test('is not available when the second look is denied', async () => {
    account.user('gone', 400, 30);
    account.user('alice', 400, 30);
    await account.run();
    account.sandbox.iam.deleteUser('gone');
    account.user('bob', 400, 30);
    account.sandbox.faults.push({ operation: 'ListUsers', nth: 2, kind: 'deny' });
    const { error, messages } = await account.day(1).run();
    expect(error?.message).toMatch(/1 of 3 users could not be read: gone \(seems to be deleted/);
    expect(error?.message).not.toContain('nothing was checked');
    expect(messages[0]?.email).toContain('NEW: bob');
    expect(stored().every(({ RecordState }) => RecordState === 'ACTIVE')).toBe(true);
  });
});

test('a key that went away before its last use was read is not counted: the keys are read once more', async () => {
  const alice = account.user('alice', 400, 30);
  account.sandbox.faults.push({
    operation: 'GetAccessKeyLastUsed',
    nth: 1,
    kind: { delayMs: 0 },
    onHit: () => account.sandbox.iam.deleteAccessKey('alice', alice.keys[0]?.accessKeyId ?? ''),
  });
  const { error, messages, summary } = await account.run();
  expect(error).toBeUndefined();
  expect(messages).toEqual([]);
  expect(summary?.users).toMatchObject({ read: 1, failing: 0 });
});

test('one run logs one summary, also when nothing could be checked', async () => {
  account.sandbox.faults.push({ operation: 'ListUsers', kind: 'deny' });
  const { error, metrics } = await account.run();
  expect(error?.message).toMatch(/^the run failed: users could not be listed, so nothing was checked: AccessDenied/);
  expect(metrics).toMatchObject({
    RunCompleted: 0,
    UsersChecked: 0,
    problems: [expect.stringContaining('iam:ListUsers')],
  });
});

test('a caller who does not say how much time there is gives as much as Lambda can', async () => {
  account.user('alice', 400, 30);
  const { summary } = await account.run({ remaining: 'not said' });
  expect(summary).toMatchObject({ users: { read: 1, unreadable: 0 }, problems: [] });
});

test('a bad configuration names every problem at once, before any call', async () => {
  account.user('alice', 400, 30);
  const settings = {
    ALERT_TOPIC_ARN: 'alerts',
    SEVERITY: 'medium',
    REMINDER_DAYS: '-1',
    ROTATION_GRACE_DAYS: '',
    UNUSED_AFTER_DAYS: '0',
  };
  const { error, calls } = await account.run({ settings });
  expect(calls).toEqual([]);
  expect(error?.message).toMatch(/"alerts"[\s\S]*"medium"[\s\S]*"-1"[\s\S]*""[\s\S]*"0"/);
  for (const name of Object.keys(settings)) expect(error?.message).toContain(name);
});

test('a run emits its figures as metrics, completed only if nothing went wrong', async () => {
  account.user('alice', 400, 30);
  account.user('bob', 400);
  expect((await account.run()).metrics).toMatchObject({
    UsersChecked: 2,
    UsersFailing: 1,
    UsersUnreadable: 0,
    RunCompleted: 1,
  });
  account.sandbox.faults.push({
    operation: 'ListAccessKeys',
    when: ({ input }) => input.UserName === 'bob',
    kind: 'deny',
  });
  expect((await account.run()).metrics).toMatchObject({
    UsersChecked: 1,
    UsersFailing: 1,
    UsersUnreadable: 1,
    RunCompleted: 0,
  });
});
