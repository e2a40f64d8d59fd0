import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enableSecurityHub, isNotEnabled, terraform, updateAccessKey } from '../../lambda/advice/commands.ts';
import { older } from '../builders.ts';
import { userNames } from '../check/arbitraries.ts';

/** The words that `aws` is called with when a POSIX shell runs these commands, one list for each call. */
function wordsOf(commands: readonly string[]): string[][] {
  const script = `aws() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\n\\0'; }\n${commands.join('\n')}`;
  const printed = execFileSync('sh', ['-eu', '-c', script], { encoding: 'utf8' });
  return printed
    .split('\n\0')
    .slice(0, -1)
    .map((call) => call.split('\0').slice(0, -1));
}

const wordsFor = (userName: string, status: string) => [
  ...['iam', 'update-access-key', `--user-name=${userName}`, `--access-key-id=${older.id}`, `--status=${status}`],
];

describe('a command', () => {
  test('deactivates a key, and its undo activates it again', () => {
    expect([updateAccessKey('alice', older, 'Inactive'), updateAccessKey('alice', older, 'Active')]).toEqual([
      `aws iam update-access-key --user-name='alice' --access-key-id=${older.id} --status=Inactive`,
      `aws iam update-access-key --user-name='alice' --access-key-id=${older.id} --status=Active`,
    ]);
  });

  test('survives any name that IAM allows, in a real shell', () => {
    fc.assert(
      fc.property(fc.array(userNames, { minLength: 1, maxLength: 100, size: 'max' }), (names) => {
        const commands = names.map((name) => updateAccessKey(name, older, 'Inactive'));
        expect(wordsOf(commands)).toEqual(names.map((name) => wordsFor(name, 'Inactive')));
      }),
      { numRuns: 15 },
    );
  });

  test('survives names that IAM does not allow, too', () => {
    const names = [
      ...[`'; rm -rf / #`, '$(id)', '`id`', '"', '\\', `'"'"'`, 'two words', '*', '~', '!!', '&& true', '| cat', '#'],
      ...['$HOME', '', `'`, `''`, 'ünïcødé 🔑'],
    ];
    const commands = names.map((name) => updateAccessKey(name, older, 'Inactive'));
    expect(wordsOf(commands)).toEqual(names.map((name) => wordsFor(name, 'Inactive')));
  });

  test('is one line', () => {
    fc.assert(
      fc.property(userNames, (name) => {
        expect(updateAccessKey(name, older, 'Active')).not.toContain('\n');
      }),
    );
  });
});

/** What a quoted string of HCL stands for, or undefined if it is not one or expands something. */
function hclString(quoted: string): string | undefined {
  const inner = /^"((?:[^"\\\n]|\\["\\])*)"$/.exec(quoted)?.[1];
  if (inner === undefined || /(?<!\$)\$\{|(?<!%)%\{/.test(inner)) return undefined;
  return inner.replace(/\\(["\\])/g, '$1').replace(/([$%])\1(?=\{)/g, '$1');
}

describe('Terraform', () => {
  test('imports the key that exists and turns it off, since a user with two keys can have no third', () => {
    expect(terraform('alice', older)).toBe(`import {
  to = aws_iam_access_key.retire_AKIAOLDER00000000001
  id = "AKIAOLDER00000000001"
}

resource "aws_iam_access_key" "retire_AKIAOLDER00000000001" {
  user   = "alice"
  status = "Inactive"
}`);
  });

  const userIn = (name: string) => {
    const [, quoted = ''] = /^ {2}user {3}= (.*)\n {2}status/ms.exec(terraform(name, older)) ?? [];
    return hclString(quoted);
  };

  test('has the user name to the letter, whatever IAM allows', () => {
    fc.assert(
      fc.property(userNames, (name) => {
        expect(userIn(name)).toBe(name);
      }),
    );
  });

  const VAR = '$'.concat('{var.x}');

  test.each(['"', '\\', '"; }', '$', '%', '$%{', VAR, `\\${VAR}`, '%{ if true }', '"\\"'])(
    'ends no string and expands nothing for the name %j, which IAM does not allow',
    (name) => {
      expect(userIn(name)).toBe(name);
    },
  );
});

test.each([
  ['InvalidAccessException: Account 111122223333 is not subscribed to AWS Security Hub', true],
  ['InvalidAccess: not subscribed', true],
  ['AccessDeniedException: no', false],
  ['InvalidInput: no', false],
])('Security Hub is not enabled where it says so: %s', (reason, expected) => {
  expect(isNotEnabled(reason)).toBe(expected);
});

test('the command that enables Security Hub turns on no controls that cost money, and is for the Region of the check', () => {
  expect(wordsOf([enableSecurityHub('eu-central-1')])).toEqual([
    ['securityhub', 'enable-security-hub', '--no-enable-default-standards', '--region=eu-central-1'],
  ]);
});
