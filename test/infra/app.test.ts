import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleFunction } from '../../infra/bundling.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { startSandbox } from '../sandbox/sandbox.ts';
import { functionRolePolicy } from './role-policy.ts';
import { synthesize } from './synthesize.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'access-key-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The pinned CLI on a machine without credentials, profile or home. */
function cdk(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env.PATH, HOME: folder, CDK_DISABLE_CLI_TELEMETRY: 'true', NO_COLOR: '1', ...more };
  const command = [
    join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
    ...args,
    '--no-notices',
    '--output',
    join(folder, 'cdk.out'),
  ];
  return spawnSync(process.execPath, command, { cwd: ROOT, env, encoding: 'utf8' });
}

describe('cdk synth', () => {
  let outcome: ReturnType<typeof cdk>;
  const asset = () => readdirSync(join(folder, 'cdk.out')).find((name) => /^asset\.[0-9a-f]+$/.test(name)) ?? '';
  const bundle = () => join(folder, 'cdk.out', asset(), 'index.mjs');
  beforeAll(() => {
    outcome = cdk(['synth', '--quiet', '--context', 'alertEmails=security@example.com']);
  }, 60_000);

  test('works without credentials, and warns of nothing', () => {
    expect(outcome).toMatchObject({ status: 0 });
    expect(outcome.stderr).not.toMatch(/warning|error/i);
  });

  test('writes the template that all these tests are about, with the code beside it', () => {
    const written = JSON.parse(readFileSync(join(folder, 'cdk.out/AccessKeyCheck.template.json'), 'utf8'));
    expect(Object.keys(written.Resources)).toEqual(Object.keys(synthesize().template.toJSON().Resources));
  });

  test('bundles the function byte for byte as it is bundled outside the CDK', () => {
    bundleFunction(join(folder, 'index.mjs'));
    expect(readFileSync(bundle()).equals(readFileSync(join(folder, 'index.mjs')))).toBe(true);
  });

  test('bundles a function that does its work under the policy of its role', async () => {
    const sandbox = await startSandbox();
    sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}] });
    sandbox.policy = functionRolePolicy(synthesize().template, { ...sandbox, topicArn: sandbox.sns.topicArn });
    for (const [name, value] of Object.entries({ ...sandbox.env, ALERT_TOPIC_ARN: sandbox.sns.topicArn }))
      vi.stubEnv(name, value);
    vi.spyOn(console, 'info').mockImplementation(() => {});
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);

    const { handler } = await import(pathToFileURL(bundle()).href);
    const summary = await handler(
      {},
      { invokedFunctionArn: sandbox.functionArn, getRemainingTimeInMillis: () => 900_000 },
    );

    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await sandbox.close();
    expect(summary).toMatchObject({ users: { failing: 1 }, findings: { opened: 1 }, alerts: { published: true } });
  });
});

test('settings that are wrong end the synthesis with what is wrong, and no stack trace', () => {
  const { status, stderr } = cdk(['synth', '--quiet', '--context', 'severity=URGENT', '--context', 'reminderDays=-1']);
  expect(status).toBe(1);
  expect(stderr).toContain(
    [
      'bad settings, nothing was synthesized:',
      '- severity is "URGENT": give one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
      '- reminderDays is "-1": give a whole number of days from 0 to 3650',
    ].join('\n'),
  );
  expect(stderr).not.toContain('    at ');
});

test('a setting that npm took for itself ends the synthesis, rather than being left out', () => {
  const { status, stderr } = cdk(['synth', '--quiet'], { npm_config_call: 'severity=HIGH' });
  expect(status).toBe(1);
  expect(stderr).toContain('- npm took -c severity=HIGH for itself: write -- before the first -c');
});

test('the CDK command line is the exact 2.x that package.json pins', () => {
  const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules/aws-cdk/package.json'), 'utf8'));
  expect(packageJson.devDependencies['aws-cdk']).toMatch(/^2\.\d+\.\d+$/);
  expect(installed.version).toBe(packageJson.devDependencies['aws-cdk']);
});
