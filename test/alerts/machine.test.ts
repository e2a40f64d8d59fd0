import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machine } from '../../lambda/alerts/machine.ts';
import { ago, alertOf, failingUser, failureItem, iamUser, newer, older, resolvedItem, usedKey } from '../builders.ts';
import { failingUsers } from '../check/arbitraries.ts';

const machineOf = (...args: Parameters<typeof alertOf>) => JSON.parse(machine(alertOf(...args), args[0].length));

test('the JSON for programs says where and when, what was read and whether it was recorded', () => {
  const unreadable = [{ userName: 'bob', reason: 'no' }];
  expect(machineOf([], { failing: 2, listed: 9, unreadable })).toMatchObject({
    version: '1.0',
    check: 'AWS-IAM-009',
    account: '111122223333',
    region: 'eu-central-1',
    checkedAt: '2026-11-23T06:00:00.000Z',
    users: { listed: 9, read: 8, failing: 2 },
    recorded: true,
    alerts: [],
    omitted: 0,
  });
  expect(machineOf([], { unrecorded: 'no' }).recorded).toBe(false);
  expect(machineOf([], { listed: 9, narrowed: { users: 7, asOf: ago(0.1) } })).toMatchObject({
    users: { listed: 9, read: 2, failing: 0 },
    passedByReport: { users: 7, asOf: ago(0.1).toISOString() },
  });
});

test('a failure has its user, keys, cause, advice, commands, undo and Terraform', () => {
  const tags = [{ key: older.id, value: 'build server' }];
  const [alert] = machineOf([failureItem({ failing: failingUser({ tags }) })]).alerts;
  const command = `aws iam update-access-key --user-name='alice' --access-key-id=${older.id} --status=`;
  expect(alert).toMatchObject({
    news: 'new',
    findingId: 'aws-iam-009/111122223333/AIDAALICE',
    user: {
      userId: 'AIDAALICE',
      userName: 'alice',
      arn: iamUser().arn,
      tags,
      console: expect.stringContaining('https://console.aws.amazon.com/iam/'),
    },
    keys: [
      {
        id: older.id,
        status: 'Active',
        createDate: ago(300).toISOString(),
        lastUse: { kind: 'used', at: ago(90).toISOString(), service: 's3', region: 'eu-central-1' },
        description: 'build server',
        verdict: 'idle: turn it off',
      },
      { id: newer.id, verdict: 'in use: do not turn it off' },
    ],
    activeKeys: 2,
    cause: 'rotation-not-finished',
    commands: [`${command}Inactive`],
    undo: [`${command}Active`],
    terraform: [expect.stringContaining('import {')],
  });
});

test('a rotation in progress has the time by which to finish it', () => {
  const [alert] = machineOf([failureItem({ failing: failingUser({ rotationGraceDays: 101 }) })]).alerts;
  expect(alert).toMatchObject({ cause: 'rotation-in-progress', finishBy: ago(-1).toISOString(), commands: [] });
});

test('a resolution has its finding, user and reason', () => {
  expect(machineOf([resolvedItem()]).alerts).toEqual([
    {
      news: 'resolved',
      findingId: 'aws-iam-009/111122223333/AIDAALICE',
      user: { userId: 'AIDAALICE', userName: 'alice' },
      reason: 'key deactivated or deleted',
    },
  ]);
});

test('what has no room is counted', () => {
  const text = machine(alertOf([failureItem(), failureItem(), resolvedItem()]), 1);
  expect(JSON.parse(text)).toMatchObject({ alerts: [{ news: 'new' }], omitted: 2 });
});

test('of many keys of one user ten are told, and how many there are', () => {
  const keys = Array.from({ length: 60 }, (_, i) => usedKey({ id: `AKIAMANY${i}`, createDate: ago(90 - i) }));
  const [alert] = machineOf([failureItem({ failing: failingUser({ keys }) })]).alerts;
  expect([alert.keys.length, alert.activeKeys]).toEqual([10, 60]);
});

test('a program can tell a command that is a choice from one that is advised', () => {
  const keys = [usedKey({ ...older, lastUse: newer.lastUse }), usedKey({ ...newer, lastUse: { kind: 'never' } })];
  const [choice] = machineOf([failureItem({ failing: failingUser({ keys }) })]).alerts;
  expect(choice).toHaveProperty('purpose', 'Only if the newer key is not needed');
});

test('users that could not be read, and why nothing was recorded, are told to programs as to people', () => {
  const text = machine(
    alertOf([], { unreadable: [{ userName: 'bob', reason: 'throttled' }], unrecorded: 'denied' }),
    0,
  );
  expect([text.includes('bob'), text.includes('denied')]).toEqual([true, true]);
});

test('it is JSON with names, paths and tags to the letter, whatever they hold', () => {
  fc.assert(
    fc.property(failingUsers(), (failing) => {
      const [{ user }] = machineOf([failureItem({ failing })]).alerts;
      const { userName, path } = failing.user;
      expect(user).toMatchObject({ userName, path, ...(failing.tags && { tags: failing.tags }) });
    }),
    { numRuns: 50 },
  );
});
