import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PreflightAccount, startAccount } from './account.ts';
import { about, asked, remedy } from './asked.ts';
import { hoursAgo } from './state.ts';

let account: PreflightAccount;

beforeAll(async () => {
  account = await startAccount();
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
});
beforeEach(() => account.reset());
afterAll(() => {
  vi.unstubAllEnvs();
  account.close();
});

function notDeployed() {
  delete account.state.stacks.AccessKeyCheck;
}

describe('settings', () => {
  test('that are fine say when it runs and who hears of it', async () => {
    const context = { alertEmails: 'a@example.com', schedule: 'rate(12 hours)' };
    expect(await about('Settings', { context })).toEqual(['ok: rate(12 hours) UTC; alerts to a@example.com']);
  });

  test('that are wrong are one error each, and the rest is looked at all the same', async () => {
    const lines = await asked({ context: { severity: 'BAD', unusedAfterDays: '0' } });
    expect(lines.filter(({ level }) => level === 'error').map(({ says }) => says)).toEqual([
      'severity is "BAD": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
      'unusedAfterDays is "0": give a whole number of days from 1 to 3650',
    ]);
    expect(lines.map((line) => line.about)).toContain('Failure queue');
  });

  test('that tell nobody are a warning before the first deployment; afterwards the subscriptions tell', async () => {
    expect(await about('Settings', { context: {} })).toEqual([expect.stringMatching(/^ok: /)]);
    notDeployed();
    expect(await about('Settings', { context: {} })).toEqual(['warning: alerts and alarms would reach nobody']);
  });
});

describe('the CDK bootstrap', () => {
  test('is fine when it is recent enough', async () => {
    expect(await about('CDK bootstrap')).toEqual(['ok: version 30']);
  });

  test('is an error when it is missing and needed, with the command for this account and Region', async () => {
    account.state.stacks = {};
    expect(await about('CDK bootstrap')).toEqual([
      'error: there is no stack CDKToolkit in eu-central-1, so cdk cannot upload the function',
    ]);
    expect(await remedy('CDK bootstrap')).toContain('| npx cdk bootstrap aws://111122223333/eu-central-1');
  });

  test('is a warning when it is missing and the check is deployed: a template needs none', async () => {
    delete account.state.stacks.CDKToolkit;
    expect(await about('CDK bootstrap')).toEqual([expect.stringMatching(/^warning: there is no stack CDKToolkit/)]);
  });

  test('may have another name', async () => {
    account.state.stacks = {
      Tools: { status: 'UPDATE_COMPLETE', createdAt: hoursAgo(1), outputs: { BootstrapVersion: '6' } },
    };
    expect(await about('CDK bootstrap', { toolkitStack: 'Tools' })).toEqual(['ok: version 6']);
  });

  test.each([
    ['CREATE_COMPLETE', { BootstrapVersion: '5' }, 'error: version 5 is too old: 6 is needed'],
    ['CREATE_COMPLETE', {}, 'error: the stack CDKToolkit does not say which version it has'],
    ['ROLLBACK_COMPLETE', { BootstrapVersion: '30' }, 'error: the stack CDKToolkit is ROLLBACK_COMPLETE'],
    ['UPDATE_ROLLBACK_COMPLETE', { BootstrapVersion: '30' }, 'ok: version 30'],
  ])('in state %s with %j', async (status, outputs, says) => {
    account.state.stacks.CDKToolkit = { status, createdAt: hoursAgo(1), outputs: { ...outputs } };
    expect(await about('CDK bootstrap')).toEqual([says]);
  });
});

describe('Security Hub', () => {
  test('is fine when it is enabled in the Region', async () => {
    expect(await about('Security Hub')).toEqual(['ok: enabled in eu-central-1']);
  });

  test('is an error when it is not, with the command that enables it', async () => {
    account.state.securityHub = false;
    expect(await about('Security Hub')).toEqual([
      'error: not enabled in eu-central-1, so no finding is recorded and every run fails',
    ]);
    notDeployed();
    expect(await about('Security Hub')).toEqual(['error: not enabled in eu-central-1, so the deployment fails']);
    expect(await remedy('Security Hub')).toContain(
      '| aws securityhub enable-security-hub --no-enable-default-standards --region=eu-central-1',
    );
  });

  test('is a warning before deploying when the settings already say that it is not enabled yet', async () => {
    account.state.securityHub = false;
    notDeployed();
    expect(await about('Security Hub', { context: { securityHubInsight: 'false' } })).toEqual([
      'warning: not enabled in eu-central-1, so every run will fail until it is',
    ]);
  });
});

describe('a permissions boundary', () => {
  test('is looked for only if it is set', async () => {
    await asked();
    expect(account.calls).not.toContain('iam:GetPolicy');
  });

  test('is fine when the policy exists, and an error otherwise', async () => {
    const context = { permissionsBoundary: 'bound' };
    const arn = 'arn:aws:iam::111122223333:policy/bound';
    expect(await about('Boundary', { context })).toEqual([`error: there is no policy ${arn}`]);
    account.state.policies = [arn];
    expect(await about('Boundary', { context })).toEqual(['ok: the policy bound is there']);
  });
});
