import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IamUser } from '../../lambda/check/access-key.ts';
import { safelyPassed } from '../../lambda/check/narrow.ts';
import { ACCOUNT, ago, iamUser, NOW, storedFinding } from '../builders.ts';

const HEADER = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'access_key_1_active', 'access_key_1_last_rotated'],
  ...['access_key_2_active', 'access_key_2_last_rotated', 'a_column_of_tomorrow'],
];
const ROTATED = '2025-01-01T00:00:00+00:00';
const EMPTY = ['false', 'N/A'];
const ACTIVE = ['true', ROTATED];
const INACTIVE = ['false', ROTATED];

const reportTime = (date: Date) => `${date.toISOString().slice(0, 19)}+00:00`;
const bare = (cell: string) => cell;
const always = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const quote = (cell: string) => (/[",]/.test(cell) ? always(cell) : cell);

function row(user: IamUser, [first = EMPTY, second = EMPTY]: string[][], cell = bare): string {
  return [cell(user.userName), cell(user.arn), reportTime(user.createDate), 'false', ...first, ...second, 'x'].join(
    ',',
  );
}

function report(...rows: string[]) {
  return { generatedAt: ago(0.1), csv: [HEADER.join(','), ...rows].join('\n') };
}

const alice = iamUser();
const isSafe = (csvRow: string, user = alice) => safelyPassed([user], report(csvRow), []).has(user.userId);

describe('a user need not be read', () => {
  test.each([
    ['no key', [EMPTY, EMPTY]],
    ['one active key', [ACTIVE, EMPTY]],
    ['one active key in the second slot', [EMPTY, ACTIVE]],
    ['one inactive key', [INACTIVE, EMPTY]],
  ])('whose row shows %s', (_what, slots) => {
    expect(isSafe(row(alice, slots))).toBe(true);
  });
});

describe('a user is read live', () => {
  test.each([
    ['two active keys', [ACTIVE, ACTIVE]],
    ['two full slots, behind which a third key may hide', [ACTIVE, INACTIVE]],
    ['two inactive keys, for the same reason', [INACTIVE, INACTIVE]],
    ['an odd value', [['TRUE', ROTATED], EMPTY]],
    ['two active keys, one of which was never rotated', [ACTIVE, ['true', 'N/A']]],
    ['no value', [['', ''], EMPTY]],
  ])('whose row shows %s', (_what, slots) => {
    expect(isSafe(row(alice, slots))).toBe(false);
  });

  test('who has no row', () => {
    expect(isSafe(row(iamUser({ userName: 'bob' }), []))).toBe(false);
  });

  test('who has two rows', () => {
    expect(isSafe([row(alice, [ACTIVE]), row(alice, [EMPTY])].join('\n'))).toBe(false);
  });

  test('who has two rows, however they are quoted', () => {
    for (const cell of [quote, always]) {
      const user = iamUser({ userName: 'a,b' });
      expect(isSafe([row(user, [ACTIVE]), row(user, [EMPTY], cell)].join('\n'), user)).toBe(false);
    }
  });

  test('whose row ends too early', () => {
    expect(isSafe(row(alice, [ACTIVE]).split(',').slice(0, -2).join(','))).toBe(false);
  });

  test('who was created when the report was made, or since', () => {
    const { generatedAt } = report();
    for (const createDate of [generatedAt, NOW]) {
      const user = iamUser({ createDate: new Date(Math.floor(createDate.getTime() / 1000) * 1000) });
      const { csv } = report(row(user, [ACTIVE]));
      expect(safelyPassed([user], { csv, generatedAt: user.createDate }, []).size).toBe(0);
    }
  });

  test('who was deleted and created anew under the same name', () => {
    const now = iamUser({ userId: 'AIDANEW', createDate: ago(10) });
    expect(isSafe(row(alice, [ACTIVE]), now)).toBe(false);
  });

  test('who has a finding, open or not', () => {
    for (const recordState of ['ACTIVE', 'ARCHIVED'] as const) {
      expect(safelyPassed([alice], report(row(alice, [EMPTY])), [storedFinding({ recordState })]).size).toBe(0);
    }
  });
});

test.each([
  ['is empty', ''],
  ['is no CSV', '<html>'],
  ['lacks a column', `user,arn,user_creation_time\n${alice.userName},${alice.arn},${reportTime(alice.createDate)}`],
  [
    'does not say when users were created',
    `${HEADER.toSpliced(2, 1)}\n${row(alice, [ACTIVE]).split(',').toSpliced(2, 1)}`,
  ],
  ['does not begin with the user', `name,${HEADER.slice(1)}\n${row(alice, [ACTIVE])}`],
  ['does not go on with the ARN', `user,id,${HEADER.slice(2)}\n${row(alice, [ACTIVE])}`],
  ['has its first columns elsewhere', `arn,user,${HEADER.slice(2)}\n${row(alice, [ACTIVE])}`],
  ['names no column but the first', `user,arn\n${alice.userName},${alice.arn}`],
])('a report that %s spares nobody', (_what, csv) => {
  expect(safelyPassed([alice], { generatedAt: NOW, csv }, []).size).toBe(0);
});

test('an empty line at the end of a report is no row', () => {
  const { generatedAt, csv } = report(row(alice, [ACTIVE]));
  expect(safelyPassed([alice], { generatedAt, csv: `${csv}\n` }, []).size).toBe(1);
});

test('names and paths are read whether they are quoted, only where they hold commas, or bare', () => {
  const names = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
  const paths = fc.stringMatching(/^\/([!-~]{1,30}\/)?$/);
  fc.assert(
    fc.property(names, paths, fc.constantFrom(bare, quote, always), fc.boolean(), (userName, path, cell, two) => {
      const user = iamUser({ userName, path, arn: `arn:aws:iam::${ACCOUNT}:user${path}${userName}` });
      expect(isSafe(row(user, two ? [ACTIVE, ACTIVE] : [ACTIVE], cell), user)).toBe(!two);
    }),
  );
});

test.each(['/"a",b/', '/,"arn:a"b/', '/""/'])('quotation marks within a path are its own: %s', (path) => {
  const user = iamUser({ path });
  expect([bare, quote, always].map((cell) => isSafe(row(user, [ACTIVE], cell), user))).toEqual([true, true, true]);
});
