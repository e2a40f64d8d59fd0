import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { scanAccount } from '../../../cli/scan/account.ts';
import { progressOn } from '../../../cli/scan/progress.ts';
import type { IamUser } from '../../../lambda/check/access-key.ts';
import type { Inventory } from '../../../lambda/inventory/iam.ts';
import { ago, iamUser, NOW } from '../../builders.ts';
import { account, run, screen } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An inventory of which neither tags, last use nor the credential report may be read. */
const NO_REPORT = { listTags: never, readLastUse: never, readReport: never };
const UNSEEN = { listed() {}, read() {}, waitingForReport() {} };

function never(): never {
  throw new Error('this is not to be read');
}

function users(number: number): IamUser[] {
  return Array.from({ length: number }, (_, i) => iamUser({ userId: `AIDA${i}`, userName: `user-${i}` }));
}

/** Alice, whose older key was last used so many days ago and whose newer one is so many days old and used now. */
async function withAlice({ idleDays = 90, newestDays = 100 } = {}) {
  const sandbox = await account();
  const use = (days: number) => ({ date: ago(days), service: 's3', region: 'eu-west-1' });
  const keys = [
    { createDate: ago(300), lastUsed: use(idleDays) },
    { createDate: ago(newestDays), lastUsed: use(0) },
  ];
  sandbox.iam.createUser({ userName: 'alice', keys });
  return sandbox;
}

const causeOf = async (args: readonly string[], sandbox: Awaited<ReturnType<typeof withAlice>>) =>
  JSON.parse((await run(['--format=json', ...args], sandbox)).stdout).failing[0].cause;

describe('the command line', () => {
  test('--help names every option, every exit code and every permission, in 80 columns', async () => {
    const { code, stdout, stderr } = await run(['--help'], undefined);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const options = ['format', 'output', 'user', 'fail-on-findings', 'quiet', 'profile', 'region', 'sandbox', 'sweep'];
    for (const option of [...options, 'unused-after-days', 'rotation-grace-days', 'severity', 'print-policy', 'help'])
      expect(stdout).toContain(`--${option}`);
    for (const exit of ['  0  ', '  1  ', '  2  ', '  3  ', '  130  ', '  141  ']) expect(stdout).toContain(exit);
    for (const action of ['ListUsers', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags', 'GetCredentialReport'])
      expect(stdout).toContain(`iam:${action}`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test.each([
    [['--format=xml'], "argument 'xml' is invalid: allowed choices are text, json, asff, csv, html"],
    [['--fomat', 'json'], 'Did you mean --format?'],
    [['alice'], '"alice" is not an option: write -- before the options'],
    [['--user'], 'argument missing'],
    [['--user='], '--user is empty'],
    [['--region=frankfurt'], '--region is "frankfurt": give one like eu-central-1'],
    [['--unused-after-days=0'], '--unused-after-days is "0": give a whole number of days from 1 to 3650'],
    [['--rotation-grace-days=x'], '--rotation-grace-days is "x": give a whole number of days from 0 to 3650'],
    [['--sweep=never'], '--sweep is "never": give one of auto, live'],
    [['--severity=medium'], '--severity is "medium": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL'],
    [['--sandbox', '--profile=x'], "'--sandbox' cannot be used with"],
    [[`--output=${folder}/none/x.json`], 'no such file or directory'],
    [[`--output=${folder}`], 'it is a directory'],
    [['--output=r.PDF'], '--output ends in .pdf, which cannot be written: end it in .html, .csv, .json or .txt'],
    [['--output=r.yaml'], 'or choose by --format (text, json, asff, csv, html)'],
  ])('%j is wrong: exit code 3, and a line that says what is allowed', async (args, words) => {
    const { code, stdout, stderr } = await run(args, undefined);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^scan: .*\n$/);
    expect(stderr).toContain(words);
  });

  test('several wrong settings are named at once', async () => {
    const { stderr } = await run(['--sweep=x', '--severity=y'], undefined);
    expect(stderr).toMatch(/--sweep is "x".*--severity is "y"/);
  });

  test('an option that npm kept for itself is an error, since a pipeline would never fail', async () => {
    const env = { npm_config_fail_on_findings: 'true' };
    expect(await run([], undefined, { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('npm took --fail'),
    });
    const sandbox = await account();
    expect(await run(['--fail-on-findings'], sandbox, { env })).toMatchObject({ code: 0 });
  });

  test('--print-policy obeys --output, and leaves out the credential report where --sweep=live needs none', async () => {
    const file = join(folder, 'policy.json');
    const { code, stdout, stderr } = await run(['--print-policy', '--sweep=live', `--output=${file}`], undefined);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `note: written to ${file}\n` });
    const sids = JSON.parse(readFileSync(file, 'utf8')).Statement.map(({ Sid }: { Sid: string }) => Sid);
    expect(sids).toEqual(['ListUsers', 'ReadUsers']);
  });

  test('--print-policy prints the policy of the partition and asks nobody', async () => {
    const { code, stdout } = await run(['--print-policy', '--region=cn-north-1'], undefined);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).Statement[2].Resource).toBe('arn:aws-cn:iam::*:user/*');
  });
});

describe('the exit code', () => {
  test('is 0 where nobody fails, 0 where somebody does, and 1 where that was asked for', async () => {
    const clean = await account();
    clean.iam.createUser({ userName: 'bob', keys: [{}] });
    expect(await run(['--fail-on-findings'], clean)).toMatchObject({ code: 0 });
    const failing = await withAlice();
    expect(await run([], failing)).toMatchObject({ code: 0 });
    expect(await run(['--fail-on-findings'], failing)).toMatchObject({ code: 1 });
  });

  test('is 0 for a rotation within its grace, which is shown all the same', async () => {
    const sandbox = await withAlice({ newestDays: 3 });
    const { code, stdout } = await run(['--fail-on-findings', '--rotation-grace-days=7'], sandbox);
    expect(code).toBe(0);
    expect(stdout).toContain('alice (rotation-in-progress)');
  });

  test('is 2 where a user could not be looked at, also if others fail', async () => {
    const sandbox = await withAlice();
    sandbox.iam.createUser({ userName: 'bob' });
    sandbox.faults.push({
      operation: 'ListAccessKeys',
      when: ({ input }) => input.UserName === 'bob',
      kind: 'error500',
    });
    const { code, stdout, stderr } = await run(['--fail-on-findings'], sandbox);
    expect(code).toBe(2);
    expect(stdout).toContain('1 of 2 users were read, 1 could not be.');
    expect(stdout).toMatch(/could not be read\n-+\nbob: ServiceFailure/);
    expect(stderr).toMatch(/^scan: 1 of 2 users could not be looked at: ServiceFailure\w*: .*\n$/);
  });
});

describe('the settings', () => {
  test('--unused-after-days decides what is idle', async () => {
    const sandbox = await withAlice({ idleDays: 20 });
    expect(await causeOf([], sandbox)).toBe('rotation-not-finished');
    expect(await causeOf(['--unused-after-days=30'], sandbox)).toBe('shared-by-workloads');
  });

  test('--severity is that of the findings', async () => {
    const { stdout } = await run(['--format=asff', '--severity=HIGH'], await withAlice());
    expect(JSON.parse(stdout)[0].FindingProviderFields.Severity.Label).toBe('HIGH');
  });

  test('--user reads the keys of nobody else, and finds the user by listing all', async () => {
    const sandbox = await withAlice();
    for (let i = 0; i < 7; i++) sandbox.iam.createUser({ userName: `bob-${i}`, keys: [{}, {}] });
    const { code, stdout } = await run(['--user=alice'], sandbox);
    expect(code).toBe(0);
    expect(stdout).toContain('This user has more than one active access key.\nOnly this user was looked at.');
    const named = sandbox.calls.flatMap(({ input }) => (input.UserName === undefined ? [] : [input.UserName]));
    expect(new Set(named)).toEqual(new Set(['alice']));
    expect(new Set(sandbox.calls.map(({ operation }) => operation))).toEqual(
      new Set(['ListUsers', 'ListAccessKeys', 'ListUserTags', 'GetAccessKeyLastUsed']),
    );
  });

  test('--user of somebody who could not be looked at does not say that this user was looked at', async () => {
    const sandbox = await withAlice();
    sandbox.faults.push({ operation: 'ListAccessKeys', kind: 'deny' });
    const { code, stdout } = await run(['--user=alice'], sandbox);
    expect(code).toBe(2);
    expect(stdout).toContain('This user could not be looked at.\n');
    expect(stdout).not.toContain('was looked at');
  });

  test('--user of nobody is an error that knows who was meant', async () => {
    const { code, stderr } = await run(['--user=Alice'], await withAlice());
    expect(code).toBe(3);
    expect(stderr).toBe('scan: there is no IAM user "Alice" in this account; there is "alice": check --user\n');
  });

  test('--sweep=live reads everyone above 1,000 users, where auto asks for the credential report', async () => {
    const passing: Inventory = {
      ...NO_REPORT,
      listUsers: async () => users(1001),
      listKeys: async () => [],
    };
    const settings = { unusedAfterDays: 14, rotationGraceDays: 0, severity: 'MEDIUM' } as const;
    const target = { partition: 'aws', region: undefined, account: undefined, onlyUser: undefined };
    const by = (sweep: 'auto' | 'live', inventory: Inventory) =>
      scanAccount({ ...target, settings: { ...settings, sweep } }, inventory, UNSEEN, NOW);
    expect(await by('live', passing)).toMatchObject({ read: 1001, gaps: [] });
    const withReport = { ...passing, readReport: async () => ({ unreadable: 'AccessDenied: no' }) };
    expect(await by('auto', withReport)).toMatchObject({ read: 1001, gaps: [{ reason: 'AccessDenied: no' }] });
  });
});

describe('the output', () => {
  test('--output writes a file in the format of its name, and replaces what was there', async () => {
    const file = join(folder, 'keys.csv');
    writeFileSync(file, 'something old and longer than what comes now '.repeat(100));
    const { code, stdout, stderr } = await run([`--output=${file}`], await withAlice());
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `note: written to ${file}\n` });
    expect(readFileSync(file, 'utf8')).toMatch(/^"status",[^\r]*\r\n"FAILED"[^\r]*\r\n"FAILED"[^\r]*\r\n$/);
  });

  test.each(['keys.HTML', 'keys.htm'])('%s is a page, whatever the case and length of its ending', async (name) => {
    await run([`--output=${join(folder, name)}`], await withAlice());
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('that cannot be written is named once, exactly, with what to do', async () => {
    expect(await run(['--output=/proc/x.html'], await withAlice())).toMatchObject({
      code: 3,
      stderr:
        'scan: "/proc/x.html" cannot be written: no such file or directory (ENOENT): make the folder, or name another file\n',
    });
  });

  test('--format outweighs the name of the file', async () => {
    const file = join(folder, 'keys.html');
    await run([`--output=${file}`, '--format=json', '--quiet'], await withAlice());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ check: 'AWS-IAM-009' });
  });

  test('a scan that could not list the users leaves the file as it was', async () => {
    const file = join(folder, 'kept.txt');
    writeFileSync(file, 'kept');
    const sandbox = await withAlice();
    sandbox.faults.push({ operation: 'ListUsers', kind: 'deny' });
    expect(await run([`--output=${file}`], sandbox)).toMatchObject({ code: 2 });
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('--quiet says nothing beside the result', async () => {
    const { code, stdout, stderr } = await run(['--quiet', '--sandbox'], undefined, { isTTY: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('ci-deploy');
  });

  test('progress is shown on a terminal only', async () => {
    const sandbox = await withAlice();
    expect((await run([], sandbox, { isTTY: true })).stderr).toContain('listing users');
    expect((await run([], sandbox)).stderr).toBe('');
  });

  test('progress tells how many users were read, that IAM is slow, and where the credential report narrows', async () => {
    const stderr = screen({ isTTY: true });
    const progress = progressOn(stderr, false, {});
    const shown = (words: string) => vi.waitFor(() => expect(stderr.text).toContain(words));
    progress.listed(7);
    progress.read();
    await shown('reading users: 1 of 7');
    progress.throttled();
    await shown('reading users: 1 of 7 (IAM asked 1 time to slow down)');
    progress.waitingForReport();
    await shown('waiting for the credential report of 7 users');
    progress.read();
    await shown('reading users: 2 so far, most of 7 pass by the credential report');
    progress.stop();
  });

  test('no progress is shown on a terminal without a width, where a spinner would never end', () => {
    const stderr = screen({ isTTY: true, columns: 0 });
    const progress = progressOn(stderr, false, {});
    progress.listed(7);
    progress.stop();
    expect(stderr.text).toBe('');
  });

  test('the spinner has no colour where the terminal may show none', () => {
    const stderr = Object.assign(screen({ isTTY: true }), { hasColors: () => false });
    progressOn(stderr, false, {}).stop();
    expect(stderr.text).toContain('listing users');
    expect(stderr.text).not.toContain('\u001b[3');
  });

  test('a terminal that only prints gets no spinner', () => {
    const stderr = screen({ isTTY: true });
    progressOn(stderr, false, { TERM: 'dumb' }).stop();
    expect(stderr.text).toBe('');
  });

  test('throttling is sat out, attempt by attempt', async () => {
    const sandbox = await withAlice();
    sandbox.faults.push({ operation: 'ListAccessKeys', kind: 'throttle', times: 1 });
    expect(await run([], sandbox, { maxAttempts: 3 })).toMatchObject({ code: 0, stderr: '' });
  });
});
