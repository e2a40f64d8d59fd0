import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ago, NOW } from '../../builders.ts';
import { asffProblems } from '../../sandbox/asff-rules.ts';
import { account, run } from './world.ts';

const FORMATS = ['text', 'json', 'asff', 'csv', 'html'];
const READS = ['ListUsers', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags'];

/** CSV as RFC 4180 has it, read without any of the code that wrote it. */
function parseCsv(text: string): Record<string, string>[] {
  const lines = text.split('\r\n').slice(0, -1);
  const [head = [], ...rows] = lines.map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  );
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}

/** An account with one failing user of this name, path and tags. */
async function with1(user: { userName: string; path?: string; tags?: Record<string, string> }) {
  const sandbox = await account();
  const use = (days: number) => ({ date: ago(days), service: 's3', region: 'eu-west-1' });
  const keys = [
    { accessKeyId: 'AKIAOLDER00000000001', createDate: ago(300), lastUsed: use(90) },
    { accessKeyId: 'AKIANEWER00000000002', createDate: ago(100), lastUsed: use(1) },
  ];
  sandbox.iam.createUser({ ...user, keys });
  return sandbox;
}

test.each(FORMATS)('%s only reads: the journal of the account shows no other call', async (format) => {
  const sandbox = await account({ demo: true });
  expect(await run([`--format=${format}`], sandbox)).toMatchObject({ code: 0 });
  expect([...new Set(sandbox.calls.map(({ operation }) => operation))].toSorted()).toEqual(READS.toSorted());
  expect(sandbox.calls.every(({ service }) => service === 'iam')).toBe(true);
});

test.each(FORMATS)('%s is well-formed for an account without any user', async (format) => {
  const { code, stdout } = await run([`--format=${format}`], await account(), { account: '111122223333' });
  expect(code).toBe(0);
  expect(stdout).toMatch(/\S\r?\n$/);
  if (format === 'asff') expect(JSON.parse(stdout)).toEqual([]);
  if (format === 'csv') expect(parseCsv(stdout)).toEqual([]);
  if (format === 'json') expect(JSON.parse(stdout)).toMatchObject({ account: '111122223333', users: { listed: 0 } });
  if (format === 'text') expect(stdout).toContain('No user has more than one active access key.');
  if (format === 'html') expect(stdout).toContain('<h1>No user has more than one active access key</h1>');
});

describe('text', () => {
  test('names every failing user with keys, ages, last use, diagnosis, advice and commands', async () => {
    const { stdout } = await run(['--sandbox'], undefined);
    expect(stdout).toContain('Account 111122223333, Region eu-central-1, checked 2026-11-02 06:00 UTC');
    expect(stdout).toContain('8 of 13 users have more than one active access key.\n13 of 13 users were read.');
    const section = stdout.slice(stdout.indexOf('ci-deploy (rotation-not-finished)'));
    expect(section.slice(0, section.indexOf('\n\n\n'))).toMatchInlineSnapshot(`
      "ci-deploy (rotation-not-finished)
      ---------------------------------
      Path: /automation/
      Tags: Owner "platform-team@example.com"
      Probably a rotation that was never finished: the workload uses the newest
      key, and what it replaced is idle but still works.

        ACTIVE KEY            CREATED          LAST USED             VERDICT
        AKIA5QIV3DNLNX7DYEA5  2025-06-08       2026-08-13            idle: turn it
        "deploy pipeline,     (512 days ago)   (81 days ago) by      off
        until the rotation                     cloudformation in
        in August"                             eu-central-1
        AKIA2W5QRHEVNC6OFV4Q  2026-08-12       2026-11-01            in use: do not
        "deploy pipeline"     (82 days ago)    (yesterday) by        turn it off
                                               cloudformation in
                                               eu-central-1

      What to do: Turn off AKIA5QIV3DNLNX7DYEA5. Keep AKIA2W5QRHEVNC6OFV4Q, which
      is in use.

      Turn off (reversible):
      aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA5QIV3DNLNX7DYEA5 --status=Inactive

      Undo:
      aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA5QIV3DNLNX7DYEA5 --status=Active

      In the console:
      https://console.aws.amazon.com/iam/home#/users/details/ci-deploy?section=security_credentials"
    `);
  });

  test('fits 80 columns, except for commands and links, which are never broken', async () => {
    const { stdout } = await run(['--sandbox'], undefined);
    const long = stdout.split('\n').filter((line) => line.length > 80);
    expect(long.filter((line) => !/^(aws iam update-access-key --user-name='[^']+' |https:\/\/)/.test(line))).toEqual(
      [],
    );
  });

  test('is coloured on a terminal only', async () => {
    const onTerminal = await run(['--sandbox'], undefined, { isTTY: true });
    const piped = await run(['--sandbox'], undefined);
    expect(onTerminal.stdout).toContain('\u001b[');
    expect(stripVTControlCharacters(onTerminal.stdout)).toBe(piped.stdout);
  });

  test('shows no overview of a single user', async () => {
    expect((await run([], await with1({ userName: 'alice' }))).stdout).not.toContain('NEXT STEP');
  });
});

describe('json', () => {
  test('has a stable shape, in which what is not known is null', async () => {
    const sandbox = await account({ demo: true });
    const { stdout } = await run(['--format=json', '--user=legacy-mailer'], sandbox);
    const text = expect.any(String);
    const key = { id: text, status: 'Active', createDate: text, description: null, verdict: text };
    const user = sandbox.iam.user('legacy-mailer');
    expect(JSON.parse(stdout)).toEqual({
      version: '1.0',
      check: 'AWS-IAM-009',
      account: '111122223333',
      partition: 'aws',
      region: 'eu-central-1',
      checkedAt: NOW.toISOString(),
      settings: { unusedAfterDays: 14, rotationGraceDays: 0, sweep: 'auto', severity: 'MEDIUM' },
      complete: true,
      users: { listed: 1, read: 1, passedByReport: 0, failing: 1, unreadable: 0 },
      reportOf: null,
      failing: [
        {
          findingId: `aws-iam-009/111122223333/${user.userId}`,
          user: {
            ...{ userId: user.userId, userName: 'legacy-mailer', path: '/', arn: user.arn },
            ...{ createDate: user.createDate.toISOString(), tags: [], console: text },
          },
          keys: [
            { ...key, lastUse: { kind: 'used', at: '2026-11-01T18:00:00.000Z', service: 'ses', region: 'eu-west-1' } },
            { ...key, lastUse: { kind: 'unknown', reason: expect.stringMatching(/^AccessDenied: /) } },
          ],
          ...{ cause: 'unknown', finishBy: null, diagnosis: text, action: text },
          ...{ purpose: null, commands: [], undo: [], terraform: [] },
        },
      ],
      unreadable: [],
      gaps: [{ message: text, userName: 'legacy-mailer', accessKeyId: user.keys[1]?.accessKeyId, reason: text }],
    });
  });

  test('names who could not be read, and says that it is not complete', async () => {
    const sandbox = await with1({ userName: 'alice' });
    sandbox.faults.push({ operation: 'ListAccessKeys', kind: 'error500' });
    const { code, stdout } = await run(['--format=json'], sandbox);
    expect(code).toBe(2);
    const { userId } = sandbox.iam.user('alice');
    expect(JSON.parse(stdout)).toMatchObject({
      complete: false,
      users: { listed: 1, read: 0, failing: 0, unreadable: 1 },
      unreadable: [{ userId, userName: 'alice', reason: expect.stringContaining('ServiceFailure') }],
    });
  });

  test('says null where neither account nor Region is known', async () => {
    const { stdout } = await run(['--format=json'], await account(), { region: undefined });
    expect(JSON.parse(stdout)).toMatchObject({ account: null, region: null, partition: 'aws', complete: true });
  });
});

describe('asff', () => {
  test('is an array of findings that Security Hub accepts, for this account and Region', async () => {
    const { stdout } = await run(['--format=asff', '--region=eu-west-1'], await account({ demo: true }));
    const findings: { ProductArn: string; Compliance: unknown; UpdatedAt: string }[] = JSON.parse(stdout);
    expect(findings.map(asffProblems)).toEqual(findings.map(() => []));
    expect(findings).toHaveLength(8);
    expect(findings[0]).toMatchObject({
      ProductArn: 'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default',
      Compliance: { Status: 'FAILED' },
      UpdatedAt: NOW.toISOString(),
    });
  });

  test('can be imported, every one of them', async () => {
    const sandbox = await account({ demo: true });
    const { stdout } = await run(['--format=asff'], sandbox);
    const { BatchImportFindingsCommand } = await import('@aws-sdk/client-securityhub');
    const { clientsOf } = await import('../../sandbox/clients.ts');
    const command = new BatchImportFindingsCommand({ Findings: JSON.parse(stdout) });
    expect(await clientsOf(sandbox).securityHub.send(command)).toMatchObject({ SuccessCount: 8, FailedCount: 0 });
  });

  test('needs a Region, and reads nothing before it has one', async () => {
    const sandbox = await account({ demo: true });
    const { code, stderr } = await run(['--format=asff'], sandbox, { region: undefined });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'scan: findings are of a Region: give the one of your Security Hub by --region\n',
    });
    expect(sandbox.calls).toEqual([]);
  });
});

describe('csv', () => {
  test('has one row for each key, and one for each user that could not be read', async () => {
    const sandbox = await account({ demo: true });
    sandbox.faults.push({
      operation: 'ListAccessKeys',
      when: ({ input }) => input.UserName === 'audit-reader',
      kind: 'deny',
    });
    const { stdout } = await run(['--format=csv', '--quiet'], sandbox);
    const rows = parseCsv(stdout);
    expect(rows).toHaveLength(17);
    expect(rows.find(({ user_name }) => user_name === 'ci-deploy')).toEqual({
      status: 'FAILED',
      account: '111122223333',
      user_name: 'ci-deploy',
      user_id: sandbox.iam.user('ci-deploy').userId,
      user_path: '/automation/',
      owner: 'Owner: platform-team@example.com',
      cause: 'none-in-use',
      access_key_id: 'AKIA5QIV3DNLNX7DYEA5',
      description: 'deploy pipeline, until the rotation in August',
      created: '2025-06-08T06:00:00.000Z',
      age_days: '533',
      last_use: 'used',
      last_used: '2026-08-13T06:00:00.000Z',
      last_used_days: '102',
      last_used_service: 'cloudformation',
      last_used_region: 'eu-central-1',
      verdict: 'idle: turn it off',
      deactivate: `aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA5QIV3DNLNX7DYEA5 --status=Inactive`,
      undo: `aws iam update-access-key --user-name='ci-deploy' --access-key-id=AKIA5QIV3DNLNX7DYEA5 --status=Active`,
    });
    expect(rows.at(-1)).toMatchObject({ status: 'NOT_AVAILABLE', user_name: 'audit-reader', access_key_id: '' });
  });

  test.each(['=cmd', '+1', '-1', '@sum'])('makes no formula of a user named %s', async (userName) => {
    const sandbox = await with1({ userName, tags: { AKIAOLDER00000000001: `=HYPERLINK("x")`, Owner: `"quoted", =1` } });
    const { stdout } = await run(['--format=csv'], sandbox);
    const [row] = parseCsv(stdout);
    expect(row).toMatchObject({
      user_name: `'${userName}`,
      description: `'=HYPERLINK("x")`,
      owner: 'Owner: "quoted", =1',
    });
    expect(stdout).not.toMatch(/"[=+\-@\t]/);
  });
});

describe('hostile text', () => {
  const tags = {
    AKIAOLDER00000000001: '\u001b[2J\u202e<script>alert(1)</script>',
    Owner: '\u009b31mroot\r\nAll clear',
  };
  const path = `/<img/src=x/onerror=alert(1)>"'/`;

  test.each(FORMATS)('steers neither terminal nor page nor spreadsheet as %s', async (format) => {
    const sandbox = await with1({ userName: '=@,-', path, tags });
    const { code, stdout } = await run([`--format=${format}`], sandbox);
    expect(code).toBe(0);
    expect(stdout.replace(/\r\n/g, '\n')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    if (format === 'html') expect(stdout).not.toMatch(/<img|<script>alert/);
  });
});
