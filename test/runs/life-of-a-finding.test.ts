import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Account } from './account.ts';

let account: Account;
beforeEach(async () => {
  account = await Account.open();
});
afterEach(async () => {
  expect(account.sandbox.securityHub.violations).toEqual([]);
  await account.close();
});

const open = {
  RecordState: 'ACTIVE',
  Compliance: { Status: 'FAILED' },
  FindingProviderFields: { Severity: { Label: 'MEDIUM' } },
};
const resolved = {
  RecordState: 'ARCHIVED',
  Compliance: { Status: 'PASSED' },
  FindingProviderFields: { Severity: { Label: 'INFORMATIONAL' } },
};

describe('a user that fails', () => {
  test('without a stored finding gets a new one, first observed now', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const finding = account.finding(alice);
    expect(finding).toMatchObject({
      ...open,
      Id: `aws-iam-009/111122223333/${alice.userId}`,
      GeneratorId: 'aws-iam-009',
      ProductArn: 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default',
    });
    expect(finding?.CreatedAt).toMatch(/^2026-03-02T06:0/);
    expect(finding?.FirstObservedAt).toBe(finding?.CreatedAt);
  });

  test('with an open finding has it refreshed: created and first observed stay, updated and last observed advance', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const first = account.finding(alice);
    await account.day(1).run();
    const second = account.finding(alice);
    expect(second).toMatchObject({ ...open, CreatedAt: first?.CreatedAt, FirstObservedAt: first?.FirstObservedAt });
    expect(second?.UpdatedAt).toMatch(/^2026-03-03T06:0/);
    expect(second?.LastObservedAt).toBe(second?.UpdatedAt);
  });

  test('with an archived finding has it reopened under the same id, and Security Hub resets its workflow', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const created = account.finding(alice)?.CreatedAt;
    account.sandbox.securityHub.update(account.finding(alice)?.Id ?? '', { workflow: 'RESOLVED' });
    const old = alice.keys[0]?.accessKeyId ?? '';
    account.sandbox.iam.updateAccessKey('alice', old, 'Inactive');
    await account.day(1).run();
    account.sandbox.iam.updateAccessKey('alice', old, 'Active');
    await account.day(2).run();
    expect(account.sandbox.securityHub.findings.size).toBe(1);
    expect(account.finding(alice)).toMatchObject({ ...open, CreatedAt: created, Workflow: { Status: 'NEW' } });
  });

  test('whose archived finding has passed retention gets a new one', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const old = alice.keys[0]?.accessKeyId ?? '';
    account.sandbox.iam.updateAccessKey('alice', old, 'Inactive');
    await account.day(1).run();
    account.day(40).sandbox.securityHub.expire();
    account.sandbox.iam.updateAccessKey('alice', old, 'Active');
    const run = await account.run();
    expect(account.finding(alice)?.CreatedAt).toMatch(/^2026-04-11T06:0/);
    expect(run.messages[0]?.email).toContain('NEW: alice');
  });

  test('keeps its finding when it is renamed, and the finding takes the new name', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    account.sandbox.iam.renameUser('alice', 'alison');
    const run = await account.day(1).run();
    expect(account.sandbox.securityHub.findings.size).toBe(1);
    expect(account.finding(alice)).toMatchObject({ ...open, Title: expect.stringContaining('alison') });
    expect(run.messages).toEqual([]);
  });

  test('keeps its finding when it is renamed in the middle of a run', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    account.sandbox.faults.push({
      operation: 'ListAccessKeys',
      nth: 1,
      kind: { delayMs: 0 },
      onHit: () => account.sandbox.iam.renameUser('alice', 'alison'),
    });
    const run = await account.day(1).run();
    expect(run.error).toBeUndefined();
    expect(run.messages).toEqual([]);
    expect(account.finding(alice)).toMatchObject({ ...open, Title: expect.stringContaining('alison') });
  });

  test('and was re-created under its old name gets another finding, while the old one is resolved', async () => {
    const before = account.user('alice', 400, 30);
    await account.run();
    account.sandbox.iam.deleteUser('alice');
    const after = account.user('alice', 20, 10);
    const run = await account.day(1).run();
    expect(account.finding(before)).toMatchObject(resolved);
    expect(account.finding(after)).toMatchObject(open);
    expect(run.messages[0]?.subject).toContain('1 new, 1 resolved');
  });

  test('has its finding updated even where the stored one claims to be from the future', async () => {
    const alice = account.user('alice', 400, 30);
    await account.day(3).run();
    const later = account.finding(alice)?.UpdatedAt ?? '';
    await account.day(1).run();
    expect(Date.parse(account.finding(alice)?.UpdatedAt ?? '')).toBe(Date.parse(later) + 1);
  });
});

describe('a user that passes', () => {
  test('has its open finding resolved: PASSED, ARCHIVED, INFORMATIONAL, last observed kept, and the reason', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const before = account.finding(alice);
    account.sandbox.iam.updateAccessKey('alice', alice.keys[0]?.accessKeyId ?? '', 'Inactive');
    await account.day(1).run();
    const after = account.finding(alice);
    expect(after).toMatchObject({ ...resolved, CreatedAt: before?.CreatedAt, LastObservedAt: before?.LastObservedAt });
    expect(after?.Compliance?.StatusReasons?.[0]?.Description).toBe('key deactivated or deleted');
    expect(after?.UpdatedAt).toMatch(/^2026-03-03/);
  });

  test('or is deleted, with its resolution told, causes nothing any more', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('bob', 400, 30);
    await account.run();
    account.sandbox.iam.updateAccessKey('alice', alice.keys[0]?.accessKeyId ?? '', 'Inactive');
    account.sandbox.iam.deleteUser('bob');
    await account.day(1).run();
    const run = await account.day(2).run();
    expect(run.calls).not.toContain('BatchImportFindings');
    expect(run.messages).toEqual([]);
  });

  test('gets no finding', async () => {
    account.user('none');
    account.user('one', 400);
    account.user('inactive', 30, { status: 'Inactive' }, { status: 'Expired' });
    const run = await account.run();
    expect(run.summary?.users).toEqual({ listed: 3, read: 3, passedByReport: 0, failing: 0, unreadable: 0 });
    expect(account.sandbox.securityHub.findings.size).toBe(0);
  });
});

describe('a deleted user', () => {
  test('has its open finding resolved from the stored body, with nothing in it that is not ours', async () => {
    const alice = account.user('alice', 400, 30);
    await account.run();
    const before = account.finding(alice);
    account.sandbox.iam.deleteUser('alice');
    const run = await account.day(1).run();
    expect(run.error).toBeUndefined();
    expect(account.finding(alice)).toMatchObject({
      ...resolved,
      LastObservedAt: before?.LastObservedAt,
      Resources: before?.Resources,
    });
    expect(account.finding(alice)?.Compliance?.StatusReasons?.[0]?.Description).toBe('user deleted');
    expect(run.messages[0]?.email).toContain('The user was deleted.');
  });

  test('is one who is deleted between two calls, too', async () => {
    const alice = account.user('alice', 400, 30);
    account.user('bob', 400, 30);
    await account.run();
    account.sandbox.faults.push({
      operation: 'ListAccessKeys',
      nth: 1,
      kind: { delayMs: 0 },
      onHit: () => account.sandbox.iam.deleteUser('alice'),
    });
    const run = await account.day(1).run();
    expect(run.error).toBeUndefined();
    expect(run.summary?.users.listed).toBe(1);
    expect(account.finding(alice)).toMatchObject(resolved);
  });
});

test('a failing user who is deleted before its tags are read counts as deleted', async () => {
  const alice = account.user('alice', 400, 30);
  account.sandbox.faults.push({
    operation: 'ListUserTags',
    nth: 1,
    kind: { delayMs: 0 },
    onHit: () => account.sandbox.iam.deleteUser('alice'),
  });
  const run = await account.run();
  expect(run.error).toBeUndefined();
  expect(run.messages).toEqual([]);
  expect(account.finding(alice)).toBeUndefined();
});

test('a user whose keys could not be read leaves its finding untouched, open or archived', async () => {
  const alice = account.user('alice', 400, 30);
  const bob = account.user('bob', 400, 30);
  await account.run();
  account.sandbox.iam.updateAccessKey('bob', bob.keys[0]?.accessKeyId ?? '', 'Inactive');
  await account.day(1).run();
  const before = [account.finding(alice), account.finding(bob)];
  account.sandbox.iam.updateAccessKey('bob', bob.keys[0]?.accessKeyId ?? '', 'Active');
  account.sandbox.faults.push({ operation: 'ListAccessKeys', kind: 'deny' });
  const run = await account.day(2).run();
  expect([account.finding(alice), account.finding(bob)]).toEqual(before);
  expect(run.messages).toEqual([]);
  expect(run.error?.message).toContain('2 of 2 users could not be read');
});

test('what the customer owns survives every import', async () => {
  const alice = account.user('alice', 400, 30);
  await account.run();
  const id = account.finding(alice)?.Id ?? '';
  account.sandbox.securityHub.update(id, {
    workflow: 'NOTIFIED',
    note: 'asked the team',
    userDefinedFields: { ticket: 'SEC-1' },
  });
  const owned = ({ Workflow, Note, UserDefinedFields }: NonNullable<ReturnType<Account['finding']>>) => ({
    Workflow,
    Note,
    UserDefinedFields,
  });
  const before = account.finding(alice);
  await account.day(1).run();
  account.sandbox.iam.deleteUser('alice');
  await account.day(2).run();
  const after = account.finding(alice);
  expect(after && owned(after)).toEqual(before && owned(before));
  expect(after).toMatchObject(resolved);
});

test('findings of other products, generators, accounts and Regions are neither read nor written', async () => {
  const alice = account.user('alice', 400, 30);
  await account.run();
  const ours = account.finding(alice);
  if (!ours) throw new Error('there is no finding to start from');
  const foreign = [
    { ...ours, Id: 'other-product', ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/securityhub' },
    { ...ours, Id: `${ours.Id}-generator`, GeneratorId: 'aws-iam-010' },
    {
      ...ours,
      Id: 'aws-iam-009/444455556666/AIDAX',
      AwsAccountId: '444455556666',
      ProductArn: 'arn:aws:securityhub:eu-central-1:444455556666:product/444455556666/default',
    },
    {
      ...ours,
      Region: 'us-east-1',
      ProductArn: 'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default',
    },
    { ...ours, Id: 'made-by-hand' },
  ];
  for (const finding of foreign) account.sandbox.securityHub.insert(finding);
  const before = [...account.sandbox.securityHub.findings.values()].filter(
    ({ Id, ProductArn }) => Id !== ours.Id || ProductArn !== ours.ProductArn,
  );
  expect(before).toHaveLength(5);
  account.sandbox.iam.deleteUser('alice');
  const run = await account.day(1).run();
  expect(run.summary?.findings.resolved).toBe(1);
  const after = [...account.sandbox.securityHub.findings.values()];
  for (const finding of before) expect(after).toContainEqual(finding);
});

test('a second run on an unchanged account publishes nothing, opens and resolves nothing, and keeps CreatedAt', async () => {
  account.user('rotated', 400, account.used(30, 1));
  account.user('shared', account.used(400, 1), account.used(30, 2));
  account.user('clean', 10);
  const first = await account.run();
  const created = [...account.sandbox.securityHub.findings.values()].map(({ CreatedAt }) => CreatedAt);
  const second = await account.run();
  expect(first.summary?.findings).toMatchObject({ opened: 2 });
  expect(second.messages).toEqual([]);
  expect(second.summary?.findings).toEqual({ opened: 0, reopened: 0, refreshed: 2, resolved: 0, refused: 0 });
  expect([...account.sandbox.securityHub.findings.values()].map(({ CreatedAt }) => CreatedAt)).toEqual(created);
});

test('what Security Hub tells late does no harm: a finding resolved in one run is not reopened by the next', async () => {
  const alice = account.user('alice', 400, 30);
  await account.run();
  account.sandbox.iam.updateAccessKey('alice', alice.keys[0]?.accessKeyId ?? '', 'Inactive');
  await account.day(1).run();
  account.sandbox.securityHub.lagMs = 24 * 60 * 60 * 1000 + 60_000;
  const run = await account.day(2).run();
  expect(run.error).toBeUndefined();
  expect(account.finding(alice)).toMatchObject(resolved);
});
