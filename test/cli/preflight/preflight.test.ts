import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paintFor } from '../../../cli/paint.ts';
import { toText } from '../../../cli/preflight/print.ts';
import { type PreflightAccount, startAccount } from './account.ts';

const COMMAND = ['--import', 'tsx', fileURLToPath(new URL('../../../cli/preflight.ts', import.meta.url))];

let account: PreflightAccount;

beforeAll(async () => {
  account = await startAccount();
});
beforeEach(() => {
  account.reset();
  for (const run of account.state.runs) run.at = new Date();
});
afterAll(() => {
  account.close();
});

test('an account in which all is well exits with 0, in plain text of at most 80 columns', async () => {
  const { status, stdout, stderr } = await preflight();
  expect(stdout).toMatch(/^Preflight of the access key check: account 111122223333, eu-central-1\n/);
  expect(stdout).toMatch(/\nAll is well\.\n$/);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).not.toContain('\u001b');
  expect([status, stderr]).toEqual([0, '']);
});

test('errors exit with 1, warnings only with --strict', async () => {
  account.denied.add('securityhub:DescribeHub');
  expect(await preflight()).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/\n1 warning\. What could not be looked at may be broken\.\n$/),
  });
  expect(await preflight('--strict')).toMatchObject({ status: 1 });
  account.state.messages = 1;
  expect(await preflight()).toMatchObject({ status: 1, stdout: expect.stringMatching(/\n1 error, 1 warning\.\n$/) });
});

test('--json is for programs', async () => {
  account.state.messages = 2;
  const { status, stdout } = await preflight('--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ errors: 1, warnings: 0, account: '111122223333', region: 'eu-central-1', partition: 'aws' },
    setup: expect.arrayContaining([{ level: 'ok', about: 'Security Hub', says: 'enabled in eu-central-1' }]),
    running: expect.arrayContaining([
      {
        ...{ level: 'error', about: 'Failure queue' },
        says: '2 events in it: scheduled runs that failed or never came',
        todo: 'follow docs/runbook.md#an-event-is-in-the-failure-queue',
      },
    ]),
  });
});

test('--deployed, --stack-name and --region ask about another stack', async () => {
  const { status, stdout } = await preflight('--deployed', '--stack-name=Other', '--region=us-west-2');
  expect(stdout).toContain('error    Stack: Other is not deployed in us-west-2\n');
  expect(status).toBe(1);
});

test('AWS_DEFAULT_REGION is read where AWS_REGION is not set, as cdk does', async () => {
  const { stdout } = await run([], { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' });
  expect(stdout).toContain('account 111122223333, eu-west-1\n');
});

test('wrong arguments exit with 3 and a sentence, --help with 0', async () => {
  const [unknown, noValue, excess, help] = await Promise.all([
    ...[['--jsno'], ['-c', 'alertEmails'], ['now'], ['--help']].map((args) => preflight(...args)),
  ]);
  expect(unknown).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining("unknown option '--jsno'") });
  expect(noValue).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('Give name=value.') });
  expect(excess).toMatchObject({
    status: 3,
    stdout: '',
    stderr: expect.stringContaining('"now" is not an option: write'),
  });
  expect(help).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Exit codes: 0 no errors') });
  expect(account.calls).toEqual([]);
});

test('options that npm took for itself are not lost in silence, whatever else was given', async () => {
  const [one, beside, setting, both] = await Promise.all([
    run([], { npm_config_strict: 'true' }),
    run(['--json'], { npm_config_strict: 'true', npm_config_deployed: 'true' }),
    run([], { npm_config_call: 'alertEmails=bad' }),
    run(['--strict'], { npm_config_strict: 'true' }),
  ]);
  const refused = (sentence: string) => ({ status: 3, stdout: '', stderr: expect.stringContaining(sentence) });
  expect(one).toMatchObject(refused('npm took --strict for itself: write -- before the options'));
  expect(beside).toMatchObject(refused('npm took --deployed and --strict for itself: write -- before the options'));
  expect(setting).toMatchObject(refused('npm took -c alertEmails=bad for itself: write -- before the first -c'));
  expect(both).toMatchObject({ status: 0, stderr: '' });
});

test('an empty value and a Region that cannot be one are refused, all at once', async () => {
  const { status, stdout, stderr } = await preflight('--stack-name=', '--profile=', '--region=moon');
  expect([status, stdout]).toEqual([3, '']);
  expect(stderr).toContain(
    'error: --profile is empty; --stack-name is empty; --region is "moon": give one like eu-central-1\n',
  );
});

test('a profile that names an SSO session that is not there is a line, in JSON as well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-'));
  const file = join(folder, 'config');
  writeFileSync(file, '[profile broken]\nsso_session = gone\nsso_account_id = 111122223333\nsso_role_name = reader\n');
  const { status, stdout, stderr } = await run(['--profile=broken', '--json'], { AWS_CONFIG_FILE: file });
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ errors: 1, warnings: 0, running: [] },
    setup: [{ about: 'Credentials', says: expect.stringContaining('the profile broken gives none: the sso-session') }],
  });
});

test('--sandbox looks at a demo account in which something is wrong, whatever the environment leads to', async () => {
  const { status, stdout, stderr } = await run(['--sandbox'], {
    AWS_PROFILE: 'nope',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  });
  expect([status, stderr]).toEqual([
    1,
    'note: this is a demo account inside this process: nothing of yours was read\n',
  ]);
  expect(stdout).toMatch(/\n2 errors, 1 warning\.\n$/);
  expect(account.calls).toEqual([]);
});

test('the commands of cdk act where preflight looked', async () => {
  account.state.stacks = {};
  const { stdout } = await preflight(
    '--region=us-west-2',
    '--toolkit-stack-name=MyTk',
    '-c',
    'alertEmails=a@b.example',
  );
  const place = '--region=us-west-2 --toolkit-stack-name=MyTk';
  expect(stdout).toContain(`  npx cdk bootstrap aws://111122223333/us-west-2 ${place}\n`);
  expect(stdout).toContain(`  npm run deploy -- ${place} -c alertEmails=a@b.example\n`);
});

test('--profile asks for that profile, whatever keys are in the environment', async () => {
  const { status, stdout } = await preflight('--profile=nope');
  expect(stdout).toContain('error    Credentials: there is no AWS profile "nope" in the AWS config and');
  expect(status).toBe(1);
});

test('a proxy that cannot be one is said at once', async () => {
  const { status, stderr } = await run([], { HTTPS_PROXY: 'http://' });
  expect([status, stderr]).toEqual([3, expect.stringContaining('HTTPS_PROXY or AWS_CA_BUNDLE cannot be used')]);
});

test('colour is for terminals that have it, and text from AWS cannot steer one', () => {
  const line = { level: 'error', about: 'Stack', says: 'says \u001b[2J' } as const;
  const report = { identity: undefined, setup: [line], running: [] };
  const text = (isTTY: boolean, hasColors: boolean) =>
    toText(report, paintFor(Object.assign(new PassThrough(), { isTTY, hasColors: () => hasColors })));
  expect(text(true, true)).toContain('\u001b[31merror\u001b[39m    Stack: says \\u{1b}[2J');
  expect(text(true, false)).not.toContain('\u001b');
  expect(text(false, true)).not.toContain('\u001b');
});

function preflight(...args: string[]) {
  return run(args, {});
}

function run(
  args: string[],
  env: Record<string, string>,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...COMMAND, ...args], { env: { ...account.env, ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...output })));
}
