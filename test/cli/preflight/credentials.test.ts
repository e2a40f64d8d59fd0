import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asked } from './asked.ts';

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
  ['nobody', /^the profile nobody does not exist, or has none$/, 'aws configure list-profiles'],
])('a profile that gives no credentials says why, and how to get them: %s', async (profile, says, command) => {
  vi.stubEnv('AWS_PROFILE', profile);
  const [line, ...others] = await asked({ profile });
  expect(line).toMatchObject({ level: 'error', about: 'Credentials', says: expect.stringMatching(says), command });
  expect(others).toEqual([]);
});
