import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { about, asked } from './asked.ts';

const CONFIG = `
[profile device]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile base]
aws_access_key_id = AKIAPREFLIGHT0000001
aws_secret_access_key = secret
[profile sso]
sso_session = company
sso_account_id = 111122223333
sso_role_name = reader
[sso-session company]
sso_region = eu-central-1
sso_start_url = https://example.com/start
[profile broken]
sso_session = gone
sso_account_id = 111122223333
sso_role_name = reader
[profile incomplete]
sso_start_url = https://example.com/start
sso_account_id = 111122223333
[profile half]
aws_access_key_id = AKIAPREFLIGHT0000001
[profile false]
credential_process = /bin/false
[profile expired]
credential_process = echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"b","Expiration":"2020-01-01T00:00:00Z"}'
[profile orphan]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = nowhere
[profile loop]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = back
[profile back]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = loop
[profile console]
login_session = arn:aws:iam::111122223333:user/me
`;

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-'));
  writeFileSync(join(home, 'config'), CONFIG);
  const keys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const env = { ...keys, AWS_CONFIG_FILE: join(home, 'config'), AWS_REGION: 'eu-central-1', HOME: home };
  // Nothing may go anywhere: what is tested here is known before any request.
  const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  for (const [name, value] of Object.entries({ ...env, ...nowhere })) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

test.each([
  [
    'device',
    /^Profile device requires multi-factor authentication/,
    'eval "$(aws configure export-credentials --profile=device --format=env)"',
  ],
  ['sso', /^you are not signed in any more \(profile sso\)$/, 'aws sso login --profile=sso'],
  ['console', /^you are not signed in any more \(profile console\)$/, 'aws login --profile=console'],
  [
    'nobody',
    /^there is no AWS profile "nobody" in the AWS config and credentials files \(profiles there: device, base, .*\)$/,
    'aws configure list-profiles',
  ],
  [
    'broken',
    /^the profile broken gives none: the sso-session that the profile names is not in the AWS config file$/,
    'aws configure sso --profile=broken',
  ],
  [
    'incomplete',
    /^the profile incomplete gives none: .*Required parameters .*Got sso_start_url, sso_account_id$/,
    'aws configure sso --profile=incomplete',
  ],
  ['half', /^the profile half gives none: Could not resolve .*\[half\]/, 'aws configure list --profile=half'],
  [
    'false',
    /^the profile false gives none: Command failed: \/bin\/false$/,
    'aws configure get credential_process --profile=false',
  ],
  [
    'expired',
    /^the profile expired gives none: .*credential_process returned expired credentials$/,
    'aws configure get credential_process --profile=expired',
  ],
  ['orphan', /^the profile orphan gives none: .*\[nowhere\]/, 'aws configure list --profile=orphan'],
  [
    'loop',
    /^the profile loop gives none: Detected a cycle .*Profiles visited: back, loop$/,
    'aws configure list --profile=loop',
  ],
])('a profile that gives no credentials says why, and how to get them: %s', async (profile, says, command) => {
  vi.stubEnv('AWS_PROFILE', profile);
  const [line, ...others] = await asked({ profile });
  expect(line).toMatchObject({ level: 'error', about: 'Credentials', says: expect.stringMatching(says), command });
  expect(others).toEqual([]);
});

test('a profile that does not exist is to blame, not the Region that nobody could read from it', async () => {
  vi.stubEnv('AWS_PROFILE', 'nobody');
  vi.stubEnv('AWS_REGION', undefined);
  const lines = await asked({ profile: 'nobody' });
  expect(lines.map((line) => line.about)).toEqual(['Credentials']);
  vi.stubEnv('AWS_PROFILE', 'base');
  expect(await about('Region', { profile: 'base' })).toEqual(['error: none is set, and cdk would take us-east-1']);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});

test('a default profile that names an SSO session that is not there is to blame as well', async () => {
  const config = join(home, 'default');
  writeFileSync(config, CONFIG.replace('[profile broken]', '[default]'));
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  expect(await asked()).toMatchObject([
    { says: 'the default profile gives none: the sso-session that the profile names is not in the AWS config file' },
  ]);
});
