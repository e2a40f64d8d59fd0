import { describe, expect, test } from 'vitest';
import { explain, explainMost } from '../../../cli/scan/explain.ts';
import { readPolicy } from '../../../cli/scan/permissions.ts';
import { ago } from '../../builders.ts';
import type { PolicyDocument } from '../../sandbox/policy.ts';
import { account, run } from './world.ts';

const ALL: PolicyDocument = JSON.parse(JSON.stringify(readPolicy('aws')));

/** All that a scan needs, but for these actions. */
function without(...actions: string[]): PolicyDocument {
  return {
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: actions, Resource: '*' },
    ],
  };
}

test('the policy that is printed is enough for a scan with the credential report, and allows nothing else', async () => {
  const sandbox = await account({ demo: true, pageSize: 1000 });
  sandbox.faults.length = 0;
  sandbox.policy = ALL;
  const createDate = ago(10);
  for (let i = 0; i < 1000; i++) sandbox.iam.createUser({ userName: `user-${i}`, createDate });
  const { code, stdout, stderr } = await run([], sandbox);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/9 of 1013 users were read, 1004 passed by a credential report made\s\d+ minutes\sbefore/);
  const called = new Set(sandbox.calls.map(({ service, operation }) => `${service}:${operation}`));
  const allowed = [ALL.Statement].flat().flatMap(({ Action }) => Action);
  expect(allowed.toSorted()).toEqual([...called].toSorted());
});

describe('a missing permission', () => {
  /** A policy that simply does not allow something: all of `ALL` but for one action. */
  const less = (action: string): PolicyDocument => ({
    Statement: [ALL.Statement]
      .flat()
      .map((each) => ({ ...each, Action: [each.Action].flat().filter((one) => one !== action) })),
  });

  test('to list users ends the scan, names the permission and prints the policy to attach', async () => {
    const sandbox = await account({ demo: true });
    sandbox.policy = less('iam:ListUsers');
    const { code, stdout, stderr } = await run([], sandbox);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [sentence, missing, advice, ...policy] = stderr.split('\n');
    expect(sentence).toBe('scan: the users could not be listed, so nothing was scanned');
    expect(missing).toMatch(
      /^missing permission: iam:ListUsers, refused 1 time\. IAM says: User: arn:aws:sts::\d{12}:\S+ is not/,
    );
    expect(advice).toMatch(/^Attach this policy to the user or role .* SecurityAudit/);
    expect(JSON.parse(policy.join('\n'))).toEqual(ALL);
  });

  test('to list keys leaves every user unknown: exit code 2, and the permission is named even if --quiet', async () => {
    const sandbox = await account({ demo: true });
    sandbox.policy = less('iam:ListAccessKeys');
    const { code, stdout, stderr } = await run(['--quiet'], sandbox);
    expect(code).toBe(2);
    expect(stdout).toContain('No user could be looked at.\n0 of 13 users were read, 13 could not be.');
    expect(stderr).toMatch(
      /^scan: 13 of 13 users could not be looked at\nmissing permission: iam:ListAccessKeys, refused 13 times\./,
    );
  });

  test.each([
    ['iam:GetAccessKeyLastUsed', 'legacy-mailer (unknown)'],
    ['iam:ListUserTags', 'Tags: could not be read'],
  ])('%s costs no verdict: exit code 0, and the permission is named', async (action, words) => {
    const sandbox = await account({ demo: true });
    sandbox.faults.length = 0;
    sandbox.policy = less(action);
    const { code, stdout, stderr } = await run([], sandbox);
    expect(code).toBe(0);
    expect(stdout).toContain(words);
    expect(stderr).toContain(`missing permission: ${action}, refused`);
    expect(stderr).toContain('"Version": "2012-10-17"');
  });

  test('that a policy denies explicitly is not mended by allowing it', async () => {
    const sandbox = await account({ demo: true });
    sandbox.policy = without('iam:ListUsers');
    const { stderr } = await run([], sandbox);
    expect(stderr).toContain('explicit deny');
    expect(stderr).toContain('ask whoever keeps that policy');
    expect(stderr).not.toContain('2012-10-17');
  });

  test('that is only missing for some users points at conditions and resources', async () => {
    const { stderr } = await run(['--sandbox'], undefined);
    expect(stderr).toContain('missing permission: iam:GetAccessKeyLastUsed, refused 1 time.');
    expect(stderr).toContain('The same was allowed in other calls');
  });
});

describe('the service', () => {
  const failing = async (code: string, message = 'no') => {
    const sandbox = await account({ demo: true });
    sandbox.faults.push({ operation: 'ListUsers', kind: { status: 403, code, message } });
    return run([], sandbox);
  };

  test.each([
    ['ExpiredToken', 'the AWS credentials have expired'],
    ['InvalidClientTokenId', 'AWS does not know these credentials'],
    ['SignatureDoesNotMatch', 'the secret access key does not belong to the access key id'],
    ['Throttling', 'scan again later'],
    ['SomethingNew', 'nothing was scanned: SomethingNew: no'],
  ])('that answers %s is explained in one line with exit code 2', async (code, words) => {
    const outcome = await failing(code);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^scan: .*\n$/);
    expect(outcome.stderr).toContain(words);
  });

  test('that finds the signature too old points at the clock', async () => {
    const { stderr } = await failing(
      'SignatureDoesNotMatch',
      'Signature expired: 20261123T060000Z is now earlier than',
    );
    expect(stderr).toContain('the clock of this machine');
  });

  test('that finds the credentials expired half-way says once what to do, even if --quiet', async () => {
    const sandbox = await account({ demo: true });
    const kind = {
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    };
    sandbox.faults.push({ operation: 'ListAccessKeys', kind });
    const { code, stderr } = await run(['--quiet'], sandbox);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'scan: 13 of 13 users could not be looked at: the AWS credentials have expired: get new ones the way you got these, and scan again\n',
    });
  });

  test('that cannot be reached is given up after three attempts, not ten', async () => {
    const sandbox = await account();
    sandbox.faults.push({ kind: 'reset' });
    const { code, stderr } = await run([], sandbox, { maxAttempts: 10 });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'scan: AWS could not be reached (ECONNRESET): check the network connection, and HTTPS_PROXY if a proxy is needed\n',
    });
    expect(sandbox.calls).toHaveLength(3);
  });
});

describe('an error of the network', () => {
  const failure = (fields: object) => Object.assign(new Error('some words'), fields);
  test.each([
    [{ code: 'ENOTFOUND', hostname: 'iam.amazonaws.com' }, 'the name iam.amazonaws.com could not be resolved'],
    [{ code: 'EAI_AGAIN', hostname: '\u001b[31m' }, 'the name of AWS could not be resolved'],
    [{ code: 'ETIMEDOUT' }, 'could not be reached (ETIMEDOUT)'],
    [{ name: 'TimeoutError' }, 'could not be reached (no answer in time)'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'set AWS_CA_BUNDLE'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'no TLS connection'],
  ])('%j is told in words', (fields, words) => {
    const { message, exitCode } = explain(failure(fields), { env: {} });
    expect({ message, exitCode }).toEqual({ message: expect.stringContaining(words), exitCode: 2 });
  });

  test('names the proxy as a cause where there is one, but never its password', () => {
    const env = { HTTPS_PROXY: 'http://me:secret@proxy.example.com' };
    const { message } = explain(failure({ code: 'ECONNREFUSED' }), { env });
    expect(message).toContain('through the proxy that HTTPS_PROXY names (ECONNREFUSED)');
    expect(message).not.toContain('secret');
  });
});

describe('of the reasons why users could not be read', () => {
  test.each([
    [['AccessDenied: alice', 'ExpiredToken: no', 'ExpiredToken: no'], 'the AWS credentials have expired: get new ones'],
    [['Error: connect ECONNREFUSED 127.0.0.1:1'], 'AWS could not be reached (ECONNREFUSED)'],
    [['SomethingNew: no'], 'SomethingNew: no'],
  ])('%j the commonest is explained', (reasons, words) => {
    expect(explainMost(reasons, { env: {} })).toContain(words);
  });

  test('missing permissions are left to what tells of those', () => {
    const reasons = ['AccessDenied: alice', 'AccessDenied: bob', 'ExpiredToken: no'];
    expect(explainMost(reasons, { env: {} })).toBeUndefined();
  });
});
