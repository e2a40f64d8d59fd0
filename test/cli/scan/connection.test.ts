import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { scan } from '../../../cli/scan/command.ts';
import { connect } from '../../../cli/scan/iam-connection.ts';
import { NOW, serviceAnswering } from '../../builders.ts';
import { account, type Outcome, screen } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'scan-connection-'));
const CONFIG = `
[profile audit]
region = eu-central-1
aws_access_key_id = AKIASANDBOXSANDBOX12
aws_secret_access_key = sandbox
[profile sso]
sso_session = corporate
sso_account_id = 111122223333
sso_role_name = Reader
[profile ssobroken]
sso_session = nosuch
sso_account_id = 111122223333
sso_role_name = Reader
[profile ssopart]
sso_session = corporate
sso_account_id = 111122223333
[sso-session corporate]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-central-1
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/reader
source_profile = audit
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile login]
login_session = arn:aws:iam::111122223333:user/me
[profile process]
credential_process = /bin/false
[profile orphan]
role_arn = arn:aws:iam::111122223333:role/reader
source_profile = gone
[profile empty]
region = eu-west-1
`;
writeFileSync(join(folder, 'config'), CONFIG);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIASANDBOXSANDBOX12', AWS_SECRET_ACCESS_KEY: 'sandbox' };

/** The command with the SDK's own chain of credentials, on a machine that has nothing but this environment. */
async function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  for (const name of Object.keys(process.env).filter((each) => /^AWS_|_proxy$/i.test(each)))
    vi.stubEnv(name, undefined);
  const bare = { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  for (const [name, value] of Object.entries({ ...bare, AWS_CONFIG_FILE: join(folder, 'config'), ...env }))
    vi.stubEnv(name, value);
  const [stdout, stderr] = [screen(), screen()];
  const code = await scan(args, { env: process.env, stdout, stderr, now: () => NOW, connect });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('one line says what to do about', () => {
  test.each([
    ['no credentials', [], {}, 2, 'no AWS credentials were found: run `aws configure sso`'],
    [
      'half of an access key',
      [],
      { AWS_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID },
      2,
      'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is missing',
    ],
    ['the other half', [], { AWS_SECRET_ACCESS_KEY: 'x' }, 2, 'but AWS_ACCESS_KEY_ID is missing'],
    [
      'an endpoint that is no address',
      [],
      { ...KEYS, AWS_ENDPOINT_URL: 'nonsense' },
      3,
      'scan: AWS_ENDPOINT_URL is "nonsense", which is no address',
    ],
    [
      'a proxy of another kind',
      [],
      { ...KEYS, HTTPS_PROXY: 'socks5://me:secret@localhost' },
      3,
      'scan: HTTPS_PROXY names a socks5 proxy, but only http and https proxies can be gone through\n',
    ],
    ['an unknown profile', ['--profile=adit'], {}, 3, 'profiles there: audit, sso, ssobroken, ssopart, mfa, login'],
    ['an unknown profile of the environment', [], { AWS_PROFILE: 'adit' }, 3, 'there is no AWS profile "adit"'],
    ['an unknown profile, though there are keys', ['--profile=adit'], KEYS, 3, 'there is no AWS profile "adit"'],
    ['an unknown profile without any file', ['--profile=x'], { AWS_CONFIG_FILE: '/none' }, 3, '(none is there)'],
    ['an expired SSO session', ['--profile=sso'], {}, 2, 'run `aws sso login --profile=sso` and scan again'],
    [
      'an SSO session that is not there',
      ['--profile=ssobroken'],
      {},
      2,
      'the sso-session that the profile "ssobroken" names does not exist in the AWS config file: run `aws configure sso --profile=ssobroken`',
    ],
    [
      'an SSO profile without its role',
      ['--profile=ssopart'],
      {},
      2,
      'the SSO configuration of the profile "ssopart" is incomplete, without sso_role_name: add it',
    ],
    ['an expired login', ['--profile=login'], {}, 2, 'run `aws login --profile=login` and scan again'],
    ['a role that wants MFA', ['--profile=mfa'], {}, 2, 'aws configure export-credentials --profile=mfa --format=env'],
    ['a process that fails', ['--profile=process'], {}, 2, '"process" gives no credentials, look it up'],
    [
      'a profile without its source',
      ['--profile=orphan'],
      {},
      2,
      'Could not resolve credentials using profile: [gone]',
    ],
    ['a profile without credentials', ['--profile=empty'], {}, 2, '"empty" gives no credentials'],
    ['a Region that is none', [], { ...KEYS, AWS_REGION: 'Frankfurt' }, 3, 'the Region that is set is "Frankfurt"'],
    ['a proxy that is no URL', [], { ...KEYS, HTTPS_PROXY: '::' }, 3, 'HTTPS_PROXY or AWS_CA_BUNDLE cannot be used'],
    [
      'a bundle that is not there',
      [],
      { ...KEYS, AWS_CA_BUNDLE: '/none' },
      3,
      'HTTPS_PROXY or AWS_CA_BUNDLE cannot be used',
    ],
  ] as const)('%s', async (_, args, env, exitCode, words) => {
    const { code, stdout, stderr } = await command(args, env);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(/^scan: [^\n]*\n$/);
    expect(stderr).toContain(words);
  });
});

test("a profile never gives way to the machine's own role, which may be of another account", async () => {
  const sandbox = await account();
  await using container = await serviceAnswering({
    ...{ AccessKeyId: 'AKIASANDBOXSANDBOX12', SecretAccessKey: 'sandbox', Token: 'sandbox' },
    ...{ RoleArn: 'arn:aws:iam::111122223333:role/other', Expiration: '2126-01-01T00:00:00Z' },
  });
  const machine = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.configuration.endpoint}/credentials`,
    AWS_ENDPOINT_URL: sandbox.endpoint,
  };
  expect(await command([], machine)).toMatchObject({ code: 0, stderr: '' });
  const { code, stderr } = await command(['--profile=empty'], machine);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('"empty" gives no credentials') });
});

describe('the Region', () => {
  const regionOf = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const sandbox = await account();
    const given = { ...env, AWS_ENDPOINT_URL: sandbox.endpoint };
    return JSON.parse((await command(['--format=json', ...args], given)).stdout).region;
  };

  test('is that of --region, else of the environment, else of the profile, else unknown', async () => {
    expect(await regionOf(['--region=us-west-2'], { ...KEYS, AWS_REGION: 'eu-west-1' })).toBe('us-west-2');
    expect(await regionOf([], { ...KEYS, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-3' })).toBe('eu-west-1');
    expect(await regionOf([], { ...KEYS, AWS_DEFAULT_REGION: 'eu-west-3' })).toBe('eu-west-3');
    expect(await regionOf(['--profile=audit'], {})).toBe('eu-central-1');
    expect(await regionOf([], KEYS)).toBe(null);
  });
});

test('a profile and keys in the environment at once are noted, since the AWS CLI would decide otherwise', async () => {
  const sandbox = await account();
  const { stderr } = await command([], { ...KEYS, AWS_PROFILE: 'audit', AWS_ENDPOINT_URL: sandbox.endpoint });
  expect(stderr).toBe('note: both AWS_PROFILE and access keys are set in the environment: the profile is used\n');
});
